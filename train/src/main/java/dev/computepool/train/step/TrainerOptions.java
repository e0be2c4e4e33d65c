package dev.computepool.train.step;

import dev.computepool.train.lora.LoraOptions;
import dev.computepool.train.torch.Torch;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What is trained, and how.
///
/// @param base a Hugging Face directory
/// @param lora how modules are adapted, or null to train all weights
/// @param checkpointing whether layers are computed again for their derivatives instead of
///     being kept
/// @param seed of the first factors, and of what is dropped out
public record TrainerOptions(
    Path base,
    @Nullable LoraOptions lora,
    AdamWOptions optimizer,
    boolean checkpointing,
    int threads,
    long seed,
    Torch.Target device) {}
