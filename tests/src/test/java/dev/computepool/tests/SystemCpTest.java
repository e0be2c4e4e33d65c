package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whoever has us first on the path must not notice it when copying files: each script runs once
/// with our `cp` and once with the system's, in folders that are equal before and must be equal
/// afterwards, and says the same.
final class SystemCpTest {
  private static final String FOLDER =
      """
      umask 022
      printf one >a
      printf two >b
      printf dash >-dash
      printf space >'two words'
      printf newline >"$(printf 'new\\nline')"
      printf bytes >"$(printf 'b\\351\\377')"
      printf command >config
      printf other >configuration
      mkdir -p dir/sub gguf
      printf deep >dir/sub/deep
      chmod 640 dir/sub/deep
      ln -s a link
      ln -s nowhere broken
      touch -d @1000000000 a
      """;

  /// Names, kinds, modes, link targets and contents; only times differ from run to run.
  private static final String TREE =
      "tar --sort=name --mtime=@0 --format=posix --pax-option=delete=atime,delete=ctime"
          + " -cf - . | sha256sum; find . | LC_ALL=C sort";

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cp",
        "cp a",
        "cp a c",
        "cp a b c",
        "cp a b dir",
        "cp a dir/",
        "cp a missing/",
        "cp missing c",
        "cp missing a dir",
        "cp a a",
        "cp '' c",
        "cp a ''",
        "cp dir c",
        "cp -r dir c",
        "cp -a dir c",
        "cp -R --preserve=mode dir c && cp -rv dir c",
        "cp -v a c",
        "cp -v a c >&-",
        "cp -v a c >/dev/full",
        "cp a /dev/full",
        "cp -b a b",
        "cp --backup=numbered a b && cp --backup=numbered a b",
        "cp -S .old -b a b",
        "cp -n a b",
        "cp -i a b </dev/null",
        "echo y | cp -i a b",
        "cp -f a b",
        "cp -l a c",
        "cp -s a c",
        "cp -u a b",
        "cp -p a c && stat -c '%a %Y' c",
        "cp --preserve=timestamps a c && stat -c %Y c",
        "cp -P link c && readlink c",
        "cp -L link c",
        "cp broken c",
        "cp -t dir a b",
        "cp -T a b",
        "cp -T a dir",
        "cp --parents dir/sub/deep gguf",
        "cp --attributes-only a c",
        "cp --sparse=always --reflink=auto a c",
        "cp -- -dash c",
        "cp -dash c",
        "cp ./-dash c",
        "cp 'two words' 'c d'",
        "cp \"$(printf 'new\\nline')\" \"$(printf 'c\\n\\nd')\"",
        "cp \"$(printf 'b\\351\\377')\" \"$(printf 'c\\377 \\200')\"",
        "cp \"$(printf 'missing\\377')\" c",
        "cp * dir",
        "cp --foo",
        "cp -z a c",
        "cp --hel",
        "cp --he a",
        "cp -h",
        "cp -V a",
        "cp -v --version",
        "cp -r --help",
        "cp --backup=foo a b",
        "cp ./config c",
        "cp ./config dir/config",
        "cp -v config c",
        "cp -r ./gguf dir",
        "cp configuration c",
        "cp Config c",
        "cp con c",
        "cp ggu c",
        "cp sharding c",
        "cd dir && cp ../config . && cp -v sub/deep ./gguf",
        "umask 077; cp a c; cp -r dir d",
        "chmod 000 b; cp a b; cp -f a b",
        "set -- $(seq 500); cp -v $(printf 'a%.0s ' $*) dir 2>&1 | tail -n 1",
        "LC_ALL=C cp missing c",
        "POSIXLY_CORRECT=1 cp a c -v",
        "find . -maxdepth 1 -type f -print0 | sort -z | xargs -0 cp -v -t dir",
        "find . -maxdepth 1 -name 't*' -exec cp {} c ';'",
        "command cp a c; env cp a d",
      })
  void saysAndDoesWhatTheSystemsCpDoes(String script) throws IOException {
    assertEquals(outcome(script, false), outcome(script, true));
  }

  /// How a script ends, what it says, and what the folder is like afterwards.
  private String outcome(String script, boolean ours) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve(ours ? "ours" : "theirs"));
    String path = ours ? Project.BIN + ":/usr/bin:/bin" : "/usr/bin:/bin";
    Cli shell = Cli.shell(folder).env("PATH", "/usr/bin:/bin");
    Result prepared = shell.run(FOLDER);
    assertEquals(Result.done(""), prepared);
    Result result = shell.env("PATH", path).run(script);
    return "%s%n%s".formatted(result, shell.run(TREE).stdout());
  }
}
