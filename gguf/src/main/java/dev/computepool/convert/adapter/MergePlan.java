package dev.computepool.convert.adapter;

import java.nio.file.Path;
import java.util.List;

/// What a merge will write.
///
/// @param adapter the directory of the adapter
/// @param base the directory of the model
/// @param changed names of the tensors that it changes, sorted
/// @param tensors how many the model has
/// @param byteSize of all files with weights
/// @param notes what the user should know of the result
public record MergePlan(
    Path adapter,
    Path base,
    List<String> changed,
    int tensors,
    long byteSize,
    List<String> notes) {}
