#!/usr/bin/env python3
"""Do our chat templates say what Python's jinja2 says in transformers?

Renders every template of the folders given over a set of conversations, and every line of the
language's own test file, with both, and compares the texts byte for byte; where one refuses, the
other has to refuse, too. Prints each difference, and ends with 1 if there is one.

    mvn -pl gguf -am process-classes
    bench/chat-templates.py ../shared/data/templates [--show 3]

Needs jinja2 and transformers (pip install jinja2 transformers) and a JDK 25 as `java`.
"""

import argparse
import glob
import json
import os
import subprocess
import sys
from datetime import datetime

import transformers.utils.chat_template_utils as hf

HERE = os.path.dirname(os.path.abspath(__file__))
NOW = datetime(2026, 3, 5, 9, 4, 7)


class FixedTime(datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


hf.datetime = FixedTime

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Weather <now> & \"soon\" in a city",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "Größe der Stadt"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"},
                "days": {"type": "integer", "minimum": 1, "maximum": 7},
                "detail": {"type": ["boolean", "null"]},
            },
            "required": ["city"],
        },
    },
}
SEARCH = {
    "type": "function",
    "function": {
        "name": "search",
        "description": "",
        "parameters": {
            "type": "object",
            "properties": {
                "query": {"type": "string"},
                "filters": {
                    "type": "object",
                    "properties": {
                        "tags": {"type": "array", "items": {"type": "string"}},
                        "score": {"type": "number", "default": 0.5},
                    },
                },
                "any": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            },
            "required": ["query", "filters"],
        },
        "return": {"type": "string", "description": "hits"},
    },
}
BARE = {"type": "function", "function": {"name": "ping", "description": "no parameters", "parameters": {}}}
TOOLS = [WEATHER, SEARCH]


def user(text):
    return {"role": "user", "content": text}


def assistant(text, **more):
    return {"role": "assistant", "content": text, **more}


def system(text):
    return {"role": "system", "content": text}


def call(name, arguments, id="call00001"):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def tool(text, id="call00001", **more):
    return {"role": "tool", "content": text, "tool_call_id": id, **more}


def part(text):
    return [{"type": "text", "text": text}]


CALL = call("get_weather", {"city": "Zürich", "days": 2, "detail": True})
CONVERSATIONS = {
    "one": [user("Hello")],
    "system": [system("You are helpful."), user("Hi there")],
    "turns": [user("a"), assistant("b"), user("c"), assistant("d")],
    "system-turns": [system(" Be brief.\n"), user("1 + 1?"), assistant("2"), user("And 2 + 2?")],
    "unicode": [system("日本語 ½ 🦙"), user("naïve café 👩‍👩‍👧 \u2028 <tag> & \"q\" 'x'"), assistant("Ünï\tcödé\n"), user("ok")],
    "spaces": [user("  padded  \n\n"), assistant("\n\n  text \n"), user("\t")],
    "empty": [user(""), assistant(""), user("")],
    "nothing": [],
    "only-system": [system("alone")],
    "late-system": [user("q"), system("late"), assistant("a")],
    "assistant-first": [assistant("I begin"), user("hm")],
    "two-users": [user("a"), user("b")],
    "think": [user("q"), assistant("<think>\nlet me see\n</think>\n\nthe answer"), user("more"), assistant("<think>x</think>y")],
    "reasoning": [user("q"), assistant("a", reasoning_content="because", thinking="because"), user("r")],
    "reasoning-last": [user("q"), assistant("a", reasoning_content="be\ncause", reasoning="hm")],
    "parts": [{"role": "system", "content": part("sys")}, {"role": "user", "content": part("one") + part("two")},
              {"role": "assistant", "content": part("three")}],
    "image": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "what is it?"}]}],
    "image-url": [{"role": "user", "content": [{"type": "text", "text": "see"}, {"type": "image_url", "image_url": {"url": "x.png"}}]}],
    "call": [user("Weather?"), assistant("", tool_calls=[CALL]), tool("{\"t\": 21.5}", name="get_weather"), assistant("21.5 degrees.")],
    "call-none": [user("Weather?"), assistant(None, tool_calls=[CALL]), tool("cold", name="get_weather")],
    "call-text": [system("s"), user("Weather?"), assistant("I will look.", tool_calls=[CALL]), tool("cold"), user("thanks")],
    "call-string": [user("Weather?"), assistant("", tool_calls=[call("search", "{\"query\": \"x\"}")]), tool("hit")],
    "calls": [user("Both"), assistant("", tool_calls=[CALL, call("search", {"query": "a \"b\"", "filters": {"tags": ["x", "ü"], "score": 1.0}}, "call00002")]),
              tool("21", "call00001", name="get_weather"), tool("hits", "call00002", name="search"), assistant("done"), user("again"),
              assistant("", tool_calls=[call("ping", {}, "call00003")]), tool("pong", "call00003"), assistant("ok")],
    "call-last": [user("Weather?"), assistant("", tool_calls=[CALL])],
    "call-parts": [user("W?"), assistant("", tool_calls=[CALL]), {"role": "tool", "content": part("cold"), "tool_call_id": "call00001"}],
    "call-think": [user("W?"), assistant("", reasoning_content="I need the weather", tool_calls=[CALL]), tool("cold"), assistant("cold", reasoning_content="so"), user("k")],
    "call-bare": [user("W?"), assistant("", tool_calls=[{"name": "get_weather", "arguments": {"city": "Rom"}}]), tool("warm")],
    "developer": [{"role": "developer", "content": "dev"}, user("x")],
    "unknown-role": [user("x"), {"role": "narrator", "content": "meanwhile"}],
    "ipython": [user("x"), assistant("y"), {"role": "ipython", "content": {"out": 1}}],
    "no-content": [user("x"), {"role": "assistant"}],
    "number": [user(42)],
    "no-role": [{"content": "x"}],
}
DOCUMENTS = [{"title": "One", "text": "first text", "doc_id": 1}, {"title": "Zwei ü", "text": "second\ntext", "doc_id": 2}]
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}


def inputs():
    """Name and variables of every conversation in every setting."""
    for name, messages in CONVERSATIONS.items():
        base = {"messages": messages, "tools": None, "documents": None, "add_generation_prompt": False, **TOKENS}
        yield name, base
        yield name + "+prompt", {**base, "add_generation_prompt": True}
        yield name + "+tools", {**base, "tools": TOOLS}
        yield name + "+tools+prompt", {**base, "tools": TOOLS, "add_generation_prompt": True}
    turns = CONVERSATIONS["system-turns"]
    base = {"messages": turns, "tools": None, "documents": None, "add_generation_prompt": True, **TOKENS}
    yield "bare-tool", {**base, "tools": [BARE, WEATHER["function"]]}
    yield "no-tools", {**base, "tools": []}
    yield "documents", {**base, "documents": DOCUMENTS}
    yield "documents+tools", {**base, "documents": DOCUMENTS, "tools": TOOLS}
    yield "no-tokens", {k: v for k, v in base.items() if k not in TOKENS}
    for flag in ("enable_thinking", "thinking", "keep_past_thinking", "preserve_thinking"):
        for value in (True, False):
            yield f"{flag}={value}", {**base, flag: value}
            yield f"{flag}={value}+call", {**base, "messages": CONVERSATIONS["call-think"], "tools": TOOLS, flag: value}
    for effort in ("low", "medium", "high", "none"):
        yield "effort=" + effort, {**base, "reasoning_effort": effort, "reasoning": effort}
    yield "identity", {**base, "model_identity": "I am M.", "builtin_tools": ["browser", "python"], "tools": TOOLS}
    yield "date", {**base, "date_string": "01 Jan 2020", "tools_in_user_message": False, "tools": TOOLS}


def python(template, variables):
    """What transformers does; {% generation %} included."""
    try:
        compiled = hf._compile_jinja_template(template)
        variables = dict(variables)
        text, generated = hf._render_with_assistant_indices(
            compiled, variables.pop("messages", []), variables.pop("tools", None), variables.pop("documents", None),
            variables.pop("add_generation_prompt", False), **variables)
        return {"text": text, "generated": [list(g) for g in generated]}
    except Exception as e:  # whatever it is, both have to refuse
        return {"error": f"{type(e).__name__}: {e}"}


def ours(jobs):
    jars = [j for j in glob.glob(os.path.expanduser("~/.m2/repository/com/fasterxml/jackson/core/*/2.20*/*.jar"))]
    classes = os.environ.get("CLASSES", os.path.join(HERE, "..", "gguf", "target", "classes"))
    run = subprocess.run(
        [os.environ.get("JAVA", "java"), "-cp", os.pathsep.join([classes, *jars]), os.path.join(HERE, "ChatTemplates.java")],
        input="\n".join(json.dumps(j) for j in jobs) + "\n", capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    return [json.loads(line) for line in run.stdout.split("\n") if line]


def same(theirs, mine):
    if "error" in theirs:
        return "error" in mine
    return theirs == {k: mine.get(k) for k in theirs}


def update(path, language):
    """Writes what jinja2 makes of each case of the language's test file."""
    for case in language["cases"]:
        case.pop("text", None)
        theirs = python(case["template"], language["variables"])
        if "text" in theirs:
            case["text"] = theirs["text"]
    with open(path, "w", encoding="utf-8") as f:
        cases = ",\n".join(json.dumps(case, ensure_ascii=False) for case in language["cases"])
        f.write(f'{{"variables": {json.dumps(language["variables"], ensure_ascii=False)},\n"cases": [\n{cases}\n]}}\n')


def main():
    args = argparse.ArgumentParser()
    args.add_argument("folders", nargs="*")
    args.add_argument("--language", default=os.path.join(HERE, "..", "gguf/src/test/resources/chat/language.json"))
    args.add_argument("--show", type=int, default=10, help="differences shown a template")
    args.add_argument("--update", action="store_true", help="write what jinja2 says into the language's test file")
    args.add_argument("--errors", action="store_true", help="show what both say where both refuse")
    args = args.parse_args()
    jobs, names = [], []
    for folder in args.folders:
        for path in sorted(glob.glob(os.path.join(folder, "*.jinja"))):
            with open(path, encoding="utf-8", newline="") as f:
                template = f.read()
            for name, variables in inputs():
                jobs.append({"template": template, "variables": variables})
                names.append((os.path.basename(path), name))
    with open(args.language, encoding="utf-8") as f:
        language = json.load(f)
    if args.update:
        update(args.language, language)
    for case in language["cases"]:
        jobs.append({"template": case["template"], "variables": language["variables"]})
        names.append(("language", case["template"]))
        theirs = python(jobs[-1]["template"], jobs[-1]["variables"])
        if case.get("text") != theirs.get("text"):
            sys.exit(f"{args.language} is not what jinja2 says (--update writes it): {case}")
    answers = ours(jobs)
    equal, refused, shown = 0, 0, {}
    for job, (template, name), mine in zip(jobs, names, answers):
        theirs = python(job["template"], job["variables"])
        if same(theirs, mine):
            equal += 1
            refused += "error" in theirs
            if args.errors and "error" in theirs:
                print(f"{template} {name}\n  theirs {theirs['error']}\n  ours   {mine['error']}")
            continue
        shown[template] = shown.get(template, 0) + 1
        if shown[template] <= args.show:
            print(f"DIFFERENT {template} {name}\n  theirs {json.dumps(theirs, ensure_ascii=False)[-1500:]}\n  ours   {json.dumps(mine, ensure_ascii=False)[-1500:]}")
    for template, count in shown.items():
        print(f"{template}: {count} different")
    print(f"{equal} of {len(jobs)} equal ({refused} of them refused by both), {len(set(t for t, _ in names))} templates")
    sys.exit(equal != len(jobs))


main()
