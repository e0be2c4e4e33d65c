"""Trains with transformers and peft as settings.json says. It can be run again by hand:

    python train.py [--resume ../checkpoint-40]
"""

import computepool_run as computepool


def train(settings, resume):
    dtype = computepool.prepare(settings)
    from transformers import Trainer, TrainingArguments, set_seed

    set_seed(settings["arguments"]["seed"])
    model = computepool.load_model(settings, dtype)
    adapter = computepool.lora(settings)
    if adapter is not None:
        from peft import get_peft_model, prepare_model_for_kbit_training

        if settings["method"] == "qlora":
            model = prepare_model_for_kbit_training(
                model, settings["arguments"]["gradient_checkpointing"], {"use_reentrant": False}
            )
        model = get_peft_model(model, adapter)
    computepool.emit("log", message="Reading the tokens")
    trainer = Trainer(
        model=model,
        args=computepool.arguments(TrainingArguments, settings, dtype, remove_unused_columns=False),
        train_dataset=computepool.examples_of(settings, "train_file"),
        eval_dataset=computepool.examples_of(settings, "validation_file"),
        data_collator=computepool.pad,
    )
    computepool.run(trainer, settings, resume)


if __name__ == "__main__":
    computepool.main(train)
