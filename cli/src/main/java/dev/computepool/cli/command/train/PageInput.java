package dev.computepool.cli.command.train;

import dev.computepool.cli.StandardInput;
import dev.computepool.cli.UsageException;
import dev.computepool.crawl.extract.Explanation;
import dev.computepool.crawl.extract.PageFiles;
import dev.computepool.crawl.http.WebUrl;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A page that the user named: a file, or an address.
sealed interface PageInput {
  /// Unique among the pages of one call as far as their names are.
  String id();

  /// What the user typed, or what was found below it.
  String source();

  /// What the crawler makes of it, and why.
  Explanation explain(Reading files, Fetching pages) throws IOException;

  /// Reads a file.
  interface Reading {
    Explanation explain(Path file) throws IOException;

    /// Reads a page that has no file.
    Explanation explain(String name, InputStream page) throws IOException;
  }

  /// Fetches the page of an address.
  @FunctionalInterface
  interface Fetching {
    Explanation explain(URI url) throws IOException;
  }

  record OfFile(Path file) implements PageInput {
    @Override
    public String id() {
      return PageFiles.id(file);
    }

    @Override
    public String source() {
      return file.toString();
    }

    @Override
    public Explanation explain(Reading files, Fetching pages) throws IOException {
      return files.explain(file);
    }
  }

  /// What is piped in.
  record OfStandardInput(InputStream stdin) implements PageInput {
    @Override
    public String id() {
      return "-";
    }

    @Override
    public String source() {
      return "standard input";
    }

    @Override
    public Explanation explain(Reading files, Fetching pages) throws IOException {
      return files.explain(source(), stdin);
    }
  }

  record OfAddress(URI address) implements PageInput {
    @Override
    public String id() {
      return address.toString();
    }

    @Override
    public String source() {
      return address.toString();
    }

    @Override
    public Explanation explain(Reading files, Fetching pages) throws IOException {
      return pages.explain(address);
    }
  }

  /// The pages that arguments of a command stand for, in their order.
  static List<PageInput> of(List<String> arguments, InputStream stdin) throws IOException {
    List<PageInput> inputs = new ArrayList<>();
    for (String argument : arguments) {
      if (StandardInput.isMeant(argument)) {
        inputs.add(new OfStandardInput(stdin));
      } else if (argument.matches("[A-Za-z][A-Za-z0-9+.-]*://.*")) {
        inputs.add(new OfAddress(address(argument)));
      } else {
        PageFiles.in(Path.of(argument)).forEach(file -> inputs.add(new OfFile(file)));
      }
    }
    if (inputs.stream().filter(OfStandardInput.class::isInstance).count() > 1) {
      throw new UsageException("standard input can be read once only");
    }
    return inputs;
  }

  private static URI address(String argument) throws UsageException {
    try {
      return WebUrl.parse(argument);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
