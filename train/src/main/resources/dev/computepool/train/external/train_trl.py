"""Trains with trl's SFTTrainer as settings.json says. It can be run again by hand:

    python train.py [--resume ../checkpoint-40]

The examples come as tokens, with what is learned of them as labels, so that every runtime learns the same.
"""

import computepool_run as computepool


def train(settings, resume):
    dtype = computepool.prepare(settings)
    from transformers import AutoTokenizer, set_seed
    from trl import SFTConfig, SFTTrainer

    set_seed(settings["arguments"]["seed"])
    model = computepool.load_model(settings, dtype)
    tokenizer = AutoTokenizer.from_pretrained(settings["base_model"])
    computepool.emit("log", message="Reading the tokens")
    trainer = SFTTrainer(
        model=model,
        args=computepool.arguments(SFTConfig, settings, dtype, **computepool.sft_arguments(settings)),
        train_dataset=computepool.dataset_of(settings, "train_file"),
        eval_dataset=computepool.dataset_of(settings, "validation_file"),
        processing_class=tokenizer,
        peft_config=computepool.lora(settings),
    )
    computepool.require_labels(trainer)
    computepool.run(trainer, settings, resume)


if __name__ == "__main__":
    computepool.main(train)
