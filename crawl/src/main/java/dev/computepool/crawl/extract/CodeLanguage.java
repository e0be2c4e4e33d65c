package dev.computepool.crawl.extract;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The language of a listing, from the many classes in which highlighters say it.
final class CodeLanguage {
  /// Names that highlighters give to code without a language.
  private static final Set<String> NONE =
      Set.of("default", "none", "plain", "nohighlight", "auto", "");

  /// Names that stand alone in a class, where a highlighter or an author put them.
  private static final Set<String> KNOWN =
      Set.of(
          "asm",
          "awk",
          "bash",
          "c",
          "clojure",
          "cmake",
          "cpp",
          "csharp",
          "css",
          "cuda",
          "dart",
          "diff",
          "dockerfile",
          "elixir",
          "elm",
          "erlang",
          "fortran",
          "fsharp",
          "go",
          "golang",
          "graphql",
          "groovy",
          "haskell",
          "hcl",
          "html",
          "ini",
          "java",
          "javascript",
          "js",
          "json",
          "jsx",
          "julia",
          "kotlin",
          "latex",
          "lisp",
          "lua",
          "makefile",
          "matlab",
          "nginx",
          "nix",
          "objectivec",
          "ocaml",
          "pascal",
          "perl",
          "php",
          "powershell",
          "prolog",
          "protobuf",
          "python",
          "r",
          "ruby",
          "rust",
          "scala",
          "scheme",
          "scss",
          "sh",
          "shell",
          "sql",
          "svelte",
          "swift",
          "tcl",
          "terraform",
          "toml",
          "ts",
          "tsx",
          "typescript",
          "verilog",
          "vhdl",
          "vue",
          "xml",
          "yaml",
          "yml",
          "zig",
          "zsh");

  /// Elements around a listing that may name its language: the highlighter's own wrapper.
  private static final int WRAPPERS = 6;

  private CodeLanguage() {}

  /// What the box, what is in it, or what is around it says; empty if nothing does.
  static String of(Box box) {
    String language = own(box);
    if (language == null) {
      for (Box child : box.children()) {
        if (language == null && child.is("code")) {
          language = own(child);
        }
      }
    }
    Box around = box.parent();
    for (int i = 0; i < WRAPPERS && language == null && around != null; i++) {
      if (around.codes() > 1) {
        break;
      }
      language = own(around);
      around = around.parent();
    }
    return language == null || NONE.contains(language) ? "" : language;
  }

  /// What the box itself says.
  static @Nullable String own(Box box) {
    for (String key : new String[] {"data-lang", "data-language", "data-code-language", "syntax"}) {
      String value = box.attribute(key);
      if (isName(value)) {
        return value.toLowerCase(Locale.ROOT);
      }
    }
    String names = box.element().className();
    if (names.isEmpty()) {
      return null;
    }
    String[] words = names.toLowerCase(Locale.ROOT).split("\\s+", -1);
    for (int i = 0; i < words.length; i++) {
      String word = words[i];
      for (String start :
          new String[] {
            "language-", "lang-", "highlight-source-", "highlight-text-", "highlight-", "brush:"
          }) {
        if (word.startsWith(start) && isName(word.substring(start.length()))) {
          return word.substring(start.length());
        }
      }
      if (i + 1 < words.length
          && (word.equals("sourcecode") || word.equals("brush:") || word.equals("src"))
          && isName(words[i + 1])) {
        return words[i + 1];
      }
      if (word.equals("programlisting") && i + 1 < words.length && isName(words[i + 1])) {
        return words[i + 1];
      }
      int infix = word.indexOf("-lang-");
      if (infix > 0 && isName(word.substring(infix + 6))) {
        return word.substring(infix + 6);
      }
    }
    return alone(box, words);
  }

  /// A word that is the name of a language, on an element that holds code.
  private static @Nullable String alone(Box box, String[] words) {
    boolean holdsCode = box.is("pre") || box.is("code") || box.element().hasClass("highlight");
    for (String word : words) {
      if (holdsCode && KNOWN.contains(word)) {
        return word;
      }
    }
    return null;
  }

  private static boolean isName(String word) {
    if (word.isEmpty() || word.length() > 20) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (!Character.isLetterOrDigit(c) && "+#-_.".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
