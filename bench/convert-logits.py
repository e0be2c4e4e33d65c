#!/usr/bin/env python3
"""Do converted models compute what transformers computes from the same safetensors?

convert-logits.py PEERS FAMILIES [name...]

PEERS is the folder of ../shared/reference/build-peers.sh, FAMILIES that of make_families.py (bench/convert-reference.sh
PEERS WORK leaves it in WORK/families). Each model is converted with --outtype f32, run by llama.cpp on 48 tokens, and
compared with transformers in float32 (eager attention). Phi 3 is not among them: llama.cpp does not load the vocabulary
that make_families.py gives it, be it converted by the reference or by us. Prints the largest absolute difference of a logit and the
largest logit, and ends with 1 if a difference exceeds 1e-3 of it or the most probable token is another one.
"""
import os, pathlib, subprocess, sys, tempfile, warnings

warnings.filterwarnings("ignore")
os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TRANSFORMERS_VERBOSITY="error")
import numpy as np, torch
from transformers import AutoModelForCausalLM

root = pathlib.Path(__file__).resolve().parent.parent
peers, families = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
models = {
    "llama": peers / "hf/tiny-llama2-f32",
    "llama31": families / "llama31",
    "mistral": families / "mistral",
    "mixtral": families / "mixtral",
    "qwen2": peers / "hf/tiny-qwen2",
    "qwen2moe": families / "qwen2moe",
    "qwen3": families / "qwen3",
    "qwen3moe": families / "qwen3moe",
    "gemma2": families / "gemma2",
    "gemma3": families / "gemma3",
    "granite": families / "granite",
    "starcoder2": families / "starcoder2",
    "olmo2": families / "olmo2",
    "stablelm": families / "stablelm",
    "cohere": families / "cohere",
    "gptneox": families / "gptneox",
    "gpt2": families / "gpt2",
    "falcon": families / "falcon",
}
# llama.cpp divides the weights of the chosen experts by their sum whatever config.json says; published models say so too.
overrides = {"qwen3moe": dict(norm_topk_prob=True)}
failed = False
with tempfile.TemporaryDirectory() as folder:
    tool = pathlib.Path(folder, "logits")
    subprocess.run(
        ["cc", "-O1", root / "bench/logits.c", "-o", tool, f"-I{peers}/llama.cpp/include", f"-I{peers}/llama.cpp/ggml/include",
         f"-L{peers}/bin", "-lllama", "-lggml", "-lggml-base", "-lggml-cpu", f"-Wl,-rpath,{peers}/bin"], check=True)
    for name in sys.argv[3:] or models:
        gguf = pathlib.Path(folder, "model.gguf")
        subprocess.run([root / "bin/computepool", "convert", models[name], "-o", gguf, "--outtype", "f32", "--force", "-q"],
                       check=True, stdout=subprocess.DEVNULL)
        model = AutoModelForCausalLM.from_pretrained(models[name], dtype=torch.float32, attn_implementation="eager",
                                                     **overrides.get(name, {})).eval()
        tokens = torch.randint(300, 30000, (48,), generator=torch.Generator().manual_seed(6)).tolist()
        with torch.inference_mode():
            theirs = model(torch.tensor([tokens])).logits[0].numpy()
        raw = subprocess.run([tool, gguf, *map(str, tokens)], check=True, stdout=subprocess.PIPE).stdout
        ours = np.frombuffer(raw, dtype=np.float32).reshape(len(tokens), -1)[:, : theirs.shape[1]]
        difference, largest = np.abs(ours - theirs).max(), np.abs(theirs).max()
        same = int((ours.argmax(1) == theirs.argmax(1)).sum())
        print(f"{name:12} max abs difference {difference:.2e}, largest logit {largest:.3f}, same first choice {same}/{len(tokens)}", flush=True)
        failed |= not difference <= 1e-3 * largest or same != len(tokens)
sys.exit(failed)
