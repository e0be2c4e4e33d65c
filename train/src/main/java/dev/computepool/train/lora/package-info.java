/// Low-rank adapters: which modules get one, how it begins, and the PEFT directory it is kept in.
package dev.computepool.train.lora;
