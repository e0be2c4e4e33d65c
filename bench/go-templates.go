// What Go makes of templates: the judge of dev.computepool.publish.gotemplate.
//
//	go run bench/go-templates.go            # checks the expected texts and errors
//	go run bench/go-templates.go --update   # writes them
//
// It reads the templates in publish/src/test/resources/dev/computepool/publish/gotemplate:
// language.json, executed as they are, and conversations.json, given messages and tools as Ollama
// gives them. Made with Go 1.19 or later; what later versions changed is left out of the files.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"text/template/parse"
)

const folder = "publish/src/test/resources/dev/computepool/publish/gotemplate"

var functions = template.FuncMap{
	"json": func(v any) string {
		text, _ := json.Marshal(v)
		return string(text)
	},
	"currentDate":      func(...string) string { return "2026-11-21" },
	"yesterdayDate":    func(...string) string { return "2026-11-20" },
	"toTypeScriptType": func(any) string { return "any" },
}

type expected struct {
	Text  *string `json:"text,omitempty"`
	Error string  `json:"error,omitempty"`
}

func (e expected) String() string {
	if e.Text != nil {
		return fmt.Sprintf("text %q", *e.Text)
	}
	return "error " + e.Error
}

func text(made string, err error) expected {
	if err != nil {
		return expected{Error: err.Error()}
	}
	return expected{Text: &made}
}

// ---- templates as they are

type languageCase struct {
	Template string `json:"template"`
	expected
}

type language struct {
	Data  any            `json:"data"`
	Cases []languageCase `json:"cases"`
}

func plain(source string, data any) (string, error) {
	t, err := template.New("t").Option("missingkey=zero").Funcs(functions).Parse(source)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = t.Execute(&out, data)
	return out.String(), err
}

// ---- templates as Ollama uses them

type words []string

func (w words) String() string {
	if len(w) == 1 {
		return w[0]
	}
	if len(w) == 0 {
		return ""
	}
	return fmt.Sprintf("%v", []string(w))
}

func (w words) MarshalJSON() ([]byte, error) {
	if len(w) == 1 {
		return json.Marshal(w[0])
	}
	return json.Marshal([]string(w))
}

func (w *words) UnmarshalJSON(document []byte) error {
	var one string
	if json.Unmarshal(document, &one) == nil {
		*w = words{one}
		return nil
	}
	return json.Unmarshal(document, (*[]string)(w))
}

type property struct {
	Type        words  `json:"type,omitempty"`
	Items       any    `json:"items,omitempty"`
	Description string `json:"description,omitempty"`
	Enum        []any  `json:"enum,omitempty"`
}

type properties map[string]property

func (p properties) String() string { return asJSON(p == nil, p) }

type arguments map[string]any

func (a arguments) String() string { return asJSON(a == nil, a) }

func asJSON(none bool, v any) string {
	if none {
		return "{}"
	}
	made, _ := json.Marshal(v)
	return string(made)
}

type tool struct {
	Type     string       `json:"type"`
	Items    any          `json:"items,omitempty"`
	Function toolFunction `json:"function"`
}

type toolFunction struct {
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Parameters  parameters `json:"parameters"`
}

type parameters struct {
	Type       string     `json:"type"`
	Defs       any        `json:"$defs,omitempty"`
	Items      any        `json:"items,omitempty"`
	Required   []string   `json:"required,omitempty"`
	Properties properties `json:"properties"`
}

type tools []tool

func (t tools) String() string {
	made, _ := json.Marshal(t)
	return string(made)
}

type call struct {
	ID       string       `json:"id"`
	Function callFunction `json:"function"`
}

type callFunction struct {
	Index     int       `json:"index"`
	Name      string    `json:"name"`
	Arguments arguments `json:"arguments"`
}

type message struct {
	Role       string `json:"role"`
	Content    string `json:"content"`
	Thinking   string `json:"thinking"`
	Images     [][]byte
	ToolCalls  []call `json:"tool_calls"`
	ToolName   string `json:"tool_name"`
	ToolCallID string `json:"tool_call_id"`
}

type conversationCase struct {
	Template string    `json:"template"`
	Messages []message `json:"messages"`
	Tools    tools     `json:"tools,omitempty"`
	Think    *bool     `json:"think,omitempty"`
	expected
}

// names lists the identifiers of fields and variables, in lower case.
func names(node parse.Node, found map[string]bool) {
	add := func(idents []string) {
		for _, ident := range idents {
			found[strings.ToLower(ident)] = true
		}
	}
	branch := func(b parse.BranchNode) {
		names(b.Pipe, found)
		names(b.List, found)
		if b.ElseList != nil {
			names(b.ElseList, found)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		for _, item := range n.Nodes {
			names(item, found)
		}
	case *parse.ActionNode:
		names(n.Pipe, found)
	case *parse.TemplateNode:
		if n.Pipe != nil {
			names(n.Pipe, found)
		}
	case *parse.IfNode:
		branch(n.BranchNode)
	case *parse.RangeNode:
		branch(n.BranchNode)
	case *parse.WithNode:
		branch(n.BranchNode)
	case *parse.PipeNode:
		for _, command := range n.Cmds {
			for _, argument := range command.Args {
				names(argument, found)
			}
		}
	case *parse.FieldNode:
		add(n.Ident)
	case *parse.VariableNode:
		add(n.Ident)
	}
}

// cutter removes what comes after the first mention of .Response.
type cutter struct{ cut bool }

func (c *cutter) list(list *parse.ListNode) {
	if list == nil {
		return
	}
	var kept []parse.Node
	for _, item := range list.Nodes {
		if c.cut {
			continue
		}
		if c.keep(item) {
			kept = append(kept, item)
		}
	}
	list.Nodes = kept
}

func (c *cutter) keep(node parse.Node) bool {
	switch n := node.(type) {
	case *parse.ActionNode:
		return c.pipe(n.Pipe)
	case *parse.IfNode:
		c.list(n.List)
		c.list(n.ElseList)
	case *parse.RangeNode:
		c.list(n.List)
		c.list(n.ElseList)
	case *parse.WithNode:
		c.list(n.List)
		c.list(n.ElseList)
	}
	return true
}

func (c *cutter) pipe(pipe *parse.PipeNode) bool {
	var commands []*parse.CommandNode
	for _, command := range pipe.Cmds {
		if c.cut {
			continue
		}
		var kept []parse.Node
		for _, argument := range command.Args {
			if c.cut {
				continue
			}
			if field, ok := argument.(*parse.FieldNode); ok {
				for _, ident := range field.Ident {
					c.cut = c.cut || ident == "Response"
				}
			}
			if inner, ok := argument.(*parse.PipeNode); ok && !c.pipe(inner) {
				continue
			}
			kept = append(kept, argument)
		}
		if len(kept) == 0 {
			return false
		}
		command.Args = kept
		commands = append(commands, command)
	}
	pipe.Cmds = commands
	return len(commands) > 0
}

func ollama(c conversationCase) (string, error) {
	t, err := template.New("").Option("missingkey=zero").Funcs(functions).Parse(c.Template)
	if err != nil {
		return "", err
	}
	found := map[string]bool{}
	for _, defined := range t.Templates() {
		names(defined.Root, found)
	}
	if !found["messages"] && !found["response"] {
		field := &parse.FieldNode{NodeType: parse.NodeField, Ident: []string{"Response"}}
		command := &parse.CommandNode{NodeType: parse.NodeCommand, Args: []parse.Node{field}}
		pipe := &parse.PipeNode{NodeType: parse.NodePipe, Cmds: []*parse.CommandNode{command}}
		action := &parse.ActionNode{NodeType: parse.NodeAction, Pipe: pipe}
		t.Tree.Root.Nodes = append(t.Tree.Root.Nodes, action)
	}

	var system []string
	var merged []*message
	for i := range c.Messages {
		m := c.Messages[i]
		if m.Role == "system" {
			system = append(system, m.Content)
		}
		last := len(merged) - 1
		if last >= 0 && merged[last].Role == m.Role && m.Role != "tool" {
			merged[last].Content += "\n\n" + m.Content
		} else {
			merged = append(merged, &m)
		}
	}

	values := map[string]any{"Think": c.Think != nil && *c.Think, "ThinkLevel": "", "IsThinkSet": c.Think != nil}
	var out bytes.Buffer
	if found["messages"] {
		values["System"] = strings.Join(system, "\n\n")
		values["Messages"] = merged
		values["Tools"] = c.Tools
		values["Response"] = ""
		err = t.Execute(&out, values)
		return out.String(), err
	}

	turn := map[string]string{"System": "", "Prompt": "", "Response": ""}
	execute := func(t *template.Template) error {
		for name, value := range turn {
			values[name] = value
			turn[name] = ""
		}
		return t.Execute(&out, values)
	}
	for _, m := range merged {
		switch m.Role {
		case "system":
			if turn["Prompt"] != "" || turn["Response"] != "" {
				if err := execute(t); err != nil {
					return "", err
				}
			}
			turn["System"] = m.Content
		case "user":
			if turn["Response"] != "" {
				if err := execute(t); err != nil {
					return "", err
				}
			}
			turn["Prompt"] = m.Content
		case "assistant":
			turn["Response"] = m.Content
		}
	}
	root := t.Root.CopyList()
	(&cutter{}).list(root)
	last := template.Must(template.New("").AddParseTree("", &parse.Tree{Root: root}))
	err = execute(last)
	return out.String(), err
}

func main() {
	update := len(os.Args) > 1 && os.Args[1] == "--update"
	different := 0

	var l language
	read("language.json", &l)
	for i := range l.Cases {
		made := text(plain(l.Cases[i].Template, l.Data))
		different += compare(l.Cases[i].Template, l.Cases[i].expected, made)
		l.Cases[i].expected = made
	}
	var conversations []conversationCase
	read("conversations.json", &conversations)
	for i := range conversations {
		made := text(ollama(conversations[i]))
		different += compare(conversations[i].Template, conversations[i].expected, made)
		conversations[i].expected = made
	}
	if update {
		write("language.json", l)
		write("conversations.json", conversations)
	}
	fmt.Printf("%d templates, %d differ\n", len(l.Cases)+len(conversations), different)
	if different > 0 && !update {
		os.Exit(1)
	}
}

func compare(source string, before, after expected) int {
	if before.String() == after.String() {
		return 0
	}
	fmt.Printf("%s\n  was %s\n  is  %s\n", source, before, after)
	return 1
}

func read(name string, into any) {
	document, err := os.ReadFile(filepath.Join(folder, name))
	if err == nil {
		err = json.Unmarshal(document, into)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func write(name string, document any) {
	var made bytes.Buffer
	encoder := json.NewEncoder(&made)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(document); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if err := os.WriteFile(filepath.Join(folder, name), made.Bytes(), 0o644); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
