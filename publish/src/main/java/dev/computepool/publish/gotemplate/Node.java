package dev.computepool.publish.gotemplate;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A part of a template. Its text is that which Go's errors quote.
sealed interface Node {
  /// Bytes from the start of the template.
  int at();

  /// What stands in a list of a template.
  sealed interface Item extends Node {}

  /// An argument of a command.
  sealed interface Operand extends Node {}

  record Text(int at, String bytes) implements Item {}

  record Action(int at, Pipe pipe) implements Item {
    @Override
    public String toString() {
      return "{{" + pipe + "}}";
    }
  }

  /// What an {@link If} and its like have in common.
  ///
  /// @param otherwise what stands after `else`, if there is one
  record Branch(Pipe pipe, List<Item> list, @Nullable List<Item> otherwise) {}

  record If(int at, Branch branch) implements Item {}

  record With(int at, Branch branch) implements Item {}

  record Range(int at, Branch branch) implements Item {}

  record Break(int at) implements Item {}

  record Continue(int at) implements Item {}

  /// A call of another template.
  record Call(int at, String name, @Nullable Pipe pipe) implements Item {
    @Override
    public String toString() {
      return "{{template " + Bytes.quote(name) + (pipe == null ? "" : " " + pipe) + "}}";
    }
  }

  /// Commands, each given what the one before came to, and the variables that get the result.
  ///
  /// @param assigns whether the variables are there already
  record Pipe(int at, boolean assigns, List<Variable> variables, List<Command> commands)
      implements Operand {
    @Override
    public String toString() {
      String declared =
          variables.stream().map(Variable::toString).collect(Collectors.joining(", "));
      return (declared.isEmpty() ? "" : declared + " := ")
          + commands.stream().map(Command::toString).collect(Collectors.joining(" | "));
    }
  }

  record Command(int at, List<Operand> operands) implements Node {
    @Override
    public String toString() {
      return operands.stream()
          .map(operand -> operand instanceof Pipe ? "(" + operand + ")" : operand.toString())
          .collect(Collectors.joining(" "));
    }
  }

  /// A function.
  record Identifier(int at, String name) implements Operand {
    @Override
    public String toString() {
      return name;
    }
  }

  /// A variable, with its dollar, and fields of it.
  record Variable(int at, List<String> path) implements Operand {
    @Override
    public String toString() {
      return String.join(".", path);
    }
  }

  record Dot(int at) implements Operand {
    @Override
    public String toString() {
      return ".";
    }
  }

  record Nil(int at) implements Operand {
    @Override
    public String toString() {
      return "nil";
    }
  }

  record Field(int at, List<String> path) implements Operand {
    @Override
    public String toString() {
      return "." + String.join(".", path);
    }
  }

  /// Fields of something that is neither a field nor a variable.
  record Chain(int at, Operand of, List<String> path) implements Operand {
    @Override
    public String toString() {
      return (of instanceof Pipe ? "(" + of + ")" : of.toString()) + "." + String.join(".", path);
    }
  }

  record Bool(int at, boolean value) implements Operand {
    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /// A number.
  ///
  /// @param value an {@link GoValue.Int} or {@link GoValue.Decimal}; nothing for an integer too
  // large
  record Numeral(int at, String text, @Nullable GoValue value) implements Operand {
    @Override
    public String toString() {
      return text;
    }
  }

  /// A string.
  ///
  /// @param quoted as the template has it
  record Str(int at, String quoted, String bytes) implements Operand {
    @Override
    public String toString() {
      return quoted;
    }
  }
}
