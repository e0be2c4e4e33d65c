package dev.computepool.publish.gotemplate;

import dev.computepool.publish.gotemplate.Node.Item;
import dev.computepool.publish.gotemplate.Node.Operand;
import dev.computepool.publish.gotemplate.Node.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What Ollama finds out of a template's tree, and does to it.
///
/// It looks neither into fields of something in parentheses nor into the pipelines that conditions
/// of a cut tree have, and so it is here: what a template comes to depends on it.
final class TreeScan {
  private TreeScan() {}

  /// The names of fields and variables, in lower case.
  static void names(List<Item> items, Set<String> found) {
    for (Item item : items) {
      switch (item) {
        case Node.Action(_, Pipe pipe) -> names(pipe, found);
        case Node.If(_, Node.Branch branch) -> names(branch, found);
        case Node.With(_, Node.Branch branch) -> names(branch, found);
        case Node.Range(_, Node.Branch branch) -> names(branch, found);
        case Node.Call(_, _, Pipe pipe) -> {
          if (pipe == null) {
            throw Fault.value("undefined template specified");
          }
          names(pipe, found);
        }
        case Node.Text _, Node.Break _, Node.Continue _ -> {}
      }
    }
  }

  private static void names(Node.Branch branch, Set<String> found) {
    names(branch.pipe(), found);
    names(branch.list(), found);
    List<Item> otherwise = branch.otherwise();
    if (otherwise != null) {
      names(otherwise, found);
    }
  }

  private static void names(Pipe pipe, Set<String> found) {
    for (Node.Command command : pipe.commands()) {
      for (Operand operand : command.operands()) {
        switch (operand) {
          case Node.Field(_, List<String> path) -> add(path, found);
          case Node.Variable(_, List<String> path) -> add(path, found);
          case Pipe inner -> names(inner, found);
          case Node.Identifier _,
              Node.Chain _,
              Node.Dot _,
              Node.Nil _,
              Node.Bool _,
              Node.Numeral _,
              Node.Str _ -> {}
        }
      }
    }
  }

  private static void add(List<String> path, Set<String> found) {
    path.forEach(name -> found.add(name.toLowerCase(Locale.ROOT)));
  }

  /// A tree up to and with the first mention of `.Response`.
  static List<Item> cutAfterResponse(List<Item> items) {
    return new Cut().items(items);
  }

  private static final class Cut {
    private boolean cut;

    List<Item> items(List<Item> items) {
      List<Item> kept = new ArrayList<>();
      for (Item item : items) {
        Item left = cut ? null : item(item);
        if (left != null) {
          kept.add(left);
        }
      }
      return kept;
    }

    private @Nullable Item item(Item item) {
      return switch (item) {
        case Node.Action(int at, Pipe pipe) -> {
          Pipe left = pipe(pipe);
          yield left == null ? null : new Node.Action(at, left);
        }
        case Node.If(int at, Node.Branch branch) -> new Node.If(at, branch(branch));
        case Node.With(int at, Node.Branch branch) -> new Node.With(at, branch(branch));
        case Node.Range(int at, Node.Branch branch) -> new Node.Range(at, branch(branch));
        case Node.Text _, Node.Break _, Node.Continue _, Node.Call _ -> item;
      };
    }

    private Node.Branch branch(Node.Branch branch) {
      List<Item> list = items(branch.list());
      List<Item> otherwise = branch.otherwise();
      return new Node.Branch(branch.pipe(), list, otherwise == null ? null : items(otherwise));
    }

    private @Nullable Pipe pipe(Pipe pipe) {
      List<Node.Command> commands = new ArrayList<>();
      for (Node.Command command : pipe.commands()) {
        if (cut) {
          break;
        }
        List<Operand> kept = new ArrayList<>();
        for (Operand operand : command.operands()) {
          Operand left = cut ? null : operand instanceof Pipe inner ? pipe(inner) : operand;
          if (left instanceof Node.Field(_, List<String> path) && path.contains("Response")) {
            cut = true;
          }
          if (left != null) {
            kept.add(left);
          }
        }
        if (kept.isEmpty()) {
          return null;
        }
        commands.add(new Node.Command(command.at(), kept));
      }
      return commands.isEmpty()
          ? null
          : new Pipe(pipe.at(), pipe.assigns(), pipe.variables(), commands);
    }
  }
}
