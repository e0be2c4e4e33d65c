/// LoRA fine-tuning on DJL, and runs on other machines. Not built yet.
package dev.computepool.train;
