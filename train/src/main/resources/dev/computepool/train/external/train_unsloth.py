"""Trains with unsloth, and trl's SFTTrainer as unsloth changes it, as settings.json says. It can be run again by hand:

    python train.py [--resume ../checkpoint-40]
"""

# unsloth wants to be there before what it changes.
import unsloth  # noqa: F401
import computepool_run as computepool


def train(settings, resume):
    dtype = computepool.prepare(settings)
    from transformers import set_seed
    from trl import SFTConfig, SFTTrainer
    from unsloth import FastLanguageModel

    set_seed(settings["arguments"]["seed"])
    computepool.emit("log", message="Loading the model")
    model, tokenizer = FastLanguageModel.from_pretrained(
        model_name=settings["base_model"],
        max_seq_length=settings["max_seq_len"],
        dtype=dtype,
        load_in_4bit=settings["method"] == "qlora",
        full_finetuning=settings["method"] == "full",
    )
    adapter = settings["lora"]
    if adapter is not None:
        model = FastLanguageModel.get_peft_model(
            model,
            max_seq_length=settings["max_seq_len"],
            random_state=settings["arguments"]["seed"],
            use_gradient_checkpointing=settings["arguments"]["gradient_checkpointing"],
            **{name: value for name, value in adapter.items() if name != "task_type"},
        )
    computepool.emit("log", message="Reading the tokens")
    trainer = SFTTrainer(
        model=model,
        args=computepool.arguments(SFTConfig, settings, dtype, **computepool.sft_arguments(settings)),
        train_dataset=computepool.dataset_of(settings, "train_file"),
        eval_dataset=computepool.dataset_of(settings, "validation_file"),
        processing_class=tokenizer,
    )
    computepool.require_labels(trainer)
    computepool.run(trainer, settings, resume)


if __name__ == "__main__":
    computepool.main(train)
