package dev.computepool.convert.model;

import dev.computepool.convert.MetadataEntry;
import java.nio.file.Path;
import java.util.List;

/// What a conversion will write.
///
/// @param source the directory that is converted
/// @param architecture ggml's name of it, such as `llama`
/// @param type of most tensors; never `AUTO`
/// @param tensors in the order of the file
/// @param metadata in the order of the file
/// @param byteSize of all files together
/// @param notes what the user should know of the result
public record ConversionPlan(
    Path source,
    String architecture,
    OutputType type,
    List<PlannedTensor> tensors,
    List<MetadataEntry> metadata,
    long byteSize,
    List<String> notes) {}
