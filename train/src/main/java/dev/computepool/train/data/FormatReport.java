package dev.computepool.train.data;

import dev.computepool.chat.LineFormat;
import java.nio.file.Path;

/// What was turned from one format into another.
public record FormatReport(
    Path source, Path target, LineFormat from, LineFormat to, long examples, long bytes) {}
