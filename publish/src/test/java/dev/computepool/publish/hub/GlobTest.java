package dev.computepool.publish.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  /// The answers are those of Python's fnmatch.fnmatchcase.
  @ParameterizedTest
  @CsvSource({
    "*.gguf,a.gguf,true",
    "*.gguf,sub/a.gguf,true",
    "*.gguf,a.GGUF,false",
    "a?.txt,ab.txt,true",
    "a?.txt,a.txt,false",
    "[ab].txt,b.txt,true",
    "[!ab].txt,b.txt,false",
    "[!ab].txt,c.txt,true",
    "[a-c]x,bx,true",
    "a[b,a[b,true",
    "a.b,axb,false",
    "sub/,sub/a/b.txt,true",
    "sub/,subs,false",
    "(x),(x),true"
  })
  void patternsMatchAsInPython(String glob, String path, boolean expected) {
    assertEquals(expected, Glob.parse(glob).matches(path));
  }

  @Test
  void whatIsExcludedIsLeftOutOfWhatIsIncluded() {
    List<Glob> include = List.of(Glob.parse("*.json"));
    List<Glob> exclude = List.of(Glob.parse("tok*"));
    assertEquals(true, Glob.selects(include, exclude, "config.json"));
    assertEquals(false, Glob.selects(include, exclude, "tokenizer.json"));
    assertEquals(false, Glob.selects(include, exclude, "README.md"));
    assertEquals(true, Glob.selects(List.of(), exclude, "README.md"));
  }
}
