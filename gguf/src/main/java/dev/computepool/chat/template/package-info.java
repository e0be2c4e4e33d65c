/// Chat templates: the Jinja text that a model ships, rendered as Python's jinja2 renders it in
/// transformers, and which of the rendered text is which turn.
///
/// {@link ChatTemplate} is the door. Behind it are a lexer, a parser that makes a tree of {@link
/// Stmt} and {@link Expr}, and an interpreter that walks the tree over {@link Value}s, which behave
/// as Python's do.
///
/// @see <a href="https://jinja.palletsprojects.com/en/stable/templates/">the language</a>
/// @see <a href="https://huggingface.co/docs/transformers/chat_templating">its use for chats</a>
package dev.computepool.chat.template;
