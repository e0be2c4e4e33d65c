package dev.computepool.publish;

import dev.computepool.publish.source.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What others will see: the files of a model, and files beside them.
///
/// @param model a folder with a model or an adapter, whose own files are taken; it need not exist
///     before it is made. Null if none of them is published
/// @param adapter whether the folder holds an adapter
/// @param files further ones; of two with the same name the later counts
public record Payload(@Nullable Path model, boolean adapter, List<Item> files) {
  public Payload {
    files = List.copyOf(files);
  }

  /// One file.
  ///
  /// @param name its path for others, with slashes
  /// @param file where it is here
  public record Item(String name, Path file) {}

  /// Files and folders that must be there before this can be published.
  List<Path> inputs() {
    List<Path> inputs = new ArrayList<>();
    if (model != null) {
      inputs.add(model);
    }
    files.forEach(item -> inputs.add(item.file()));
    return inputs;
  }

  /// All files, sorted by name.
  ///
  /// @throws dev.computepool.base.FormatException if the folder holds no model
  public List<Item> items() throws IOException {
    List<Item> items = new ArrayList<>();
    if (model != null) {
      for (Path file : adapter ? ModelFiles.ofAdapter(model) : ModelFiles.ofModel(model)) {
        items.add(new Item(model.relativize(file).toString().replace('\\', '/'), file));
      }
    }
    for (Item file : files) {
      items.removeIf(item -> item.name().equals(file.name()));
      items.add(file);
    }
    items.sort(Comparator.comparing(Item::name));
    return items;
  }
}
