"""What the training programs of a ComputePool run have in common.

Standard output is for one JSON object a line, which is how the run's metrics are kept:

    {"type": "meta", "from_step": 0, "steps": 120, "parameters": 494032768, "trainable_parameters": 1081344}
    {"type": "step", "step": 10, "loss": 1.93, "lr": 0.0002, "epoch": 0.25, "tokens_per_s": 812.5}
    {"type": "eval", "step": 40, "epoch": 1.0, "eval_loss": 1.71}
    {"type": "checkpoint", "step": 40, "path": "checkpoint-40"}
    {"type": "log", "message": "Loading the model"}
    {"type": "error", "message": "..."}

Whatever a library prints goes to standard error instead, and from there into the run's log.
"""

import argparse
import json
import math
import os
import shutil
import sys
import time
import traceback
from array import array
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent
RUN = PROGRAM.parent
# Checkpoints grow here and are renamed once they are whole.
PARTIAL = RUN / ".partial"

NO_LOSS = -100

# What a tokenizer consists of, so that a result can be used without its base model's folder.
TOKENIZER = [
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "tokenizer.model",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
]

# Libraries print to descriptor 1 as they like; lines of ours go to what it was before.
_lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
_rank = int(os.environ.get("RANK", "0"))


def emit(kind, **fields):
    """Writes one line, if this is the first of several processes."""
    if _rank == 0:
        _lines.write(json.dumps({"type": kind, **fields}) + "\n")
        _lines.flush()


def fail(message):
    """Ends the program with an error that needs no stack trace."""
    emit("error", message=message)
    sys.exit(2)


def main(train):
    """Runs `train(settings, resume)` and tells how it failed, if it does."""
    parser = argparse.ArgumentParser(description="Trains as settings.json beside this file says.")
    parser.add_argument("--resume", metavar="CHECKPOINT", help="a folder to go on from")
    options = parser.parse_args()
    settings = json.loads((PROGRAM / "settings.json").read_text(encoding="utf-8"))
    try:
        train(settings, options.resume)
    except Exception as e:
        traceback.print_exc()
        lines = str(e).strip().splitlines()
        emit("error", message=f"{type(e).__name__}: {lines[0] if lines else 'no message'}")
        sys.exit(1)


def prepare(settings):
    """Chooses the device and the threads, before anything is loaded. Returns the type to compute with."""
    import torch

    if settings["threads"] > 0:
        torch.set_num_threads(settings["threads"])
    cuda = settings["device"] == "cuda"
    if cuda and not torch.cuda.is_available():
        fail("device cuda is not there: this Python's torch " + torch.__version__ + " sees no GPU")
    if cuda and settings["processes"] > torch.cuda.device_count():
        fail(f"{settings['processes']} processes need as many GPUs, torch sees {torch.cuda.device_count()}")
    precision = settings["precision"]
    if precision == "auto":
        precision = "bf16" if cuda else "f32"
    return {"f32": torch.float32, "bf16": torch.bfloat16, "f16": torch.float16}[precision]


class Examples:
    """Encoded examples of a file in memory: 8 bytes a token."""

    def __init__(self, path):
        self.ids, self.labels, self.ends = array("i"), array("i"), [0]
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                example = json.loads(line)
                self.ids.extend(example["input_ids"])
                self.labels.extend(example["labels"])
                self.ends.append(len(self.ids))

    def __len__(self):
        return len(self.ends) - 1

    def __getitem__(self, index):
        part = slice(self.ends[index], self.ends[index + 1])
        return {"input_ids": self.ids[part].tolist(), "labels": self.labels[part].tolist()}


def pad(examples):
    """Makes a batch of examples; what is filled up is neither seen nor learned."""
    import torch

    longest = -(-max(len(example["input_ids"]) for example in examples) // 8) * 8
    shape = (len(examples), longest)
    batch = {
        "input_ids": torch.zeros(shape, dtype=torch.long),
        "attention_mask": torch.zeros(shape, dtype=torch.long),
        "labels": torch.full(shape, NO_LOSS, dtype=torch.long),
    }
    for row, example in enumerate(examples):
        size = len(example["input_ids"])
        batch["input_ids"][row, :size] = torch.tensor(example["input_ids"])
        batch["attention_mask"][row, :size] = 1
        batch["labels"][row, :size] = torch.tensor(example["labels"])
    return batch


def examples_of(settings, name):
    """The examples to train with or to measure with; None if there are none."""
    path = settings[name]
    return None if path is None else Examples(RUN / path)


def dataset_of(settings, name):
    """The same examples for libraries that want a dataset of Hugging Face's."""
    path = settings[name]
    if path is None:
        return None
    from datasets import Dataset

    cache = RUN / "tokens" / "datasets"
    return Dataset.from_json(str(RUN / path), cache_dir=str(cache)).select_columns(["input_ids", "labels"])


def sft_arguments(settings):
    """What trl's SFTConfig has besides the arguments of transformers."""
    packing = settings["packing"] == "pack"
    # Examples are cut already; only rows that are filled up need to know how long they may be.
    return {"packing": packing, "max_length": settings["max_seq_len"] if packing else None}


def require_labels(trainer):
    """Makes sure that this version of the library learns what is to be learned, and nothing else."""
    rows = trainer.train_dataset
    first = next(iter(rows))
    wanted = sum(label != NO_LOSS for label in first["labels"][1:])
    batch = trainer.data_collator([first])
    found = int((batch["labels"][:, 1:] != NO_LOSS).sum())
    if found != wanted:
        fail(f"this version of trl learns {found} tokens of an example of which {wanted} are to be learned")


def load_model(settings, dtype):
    """The model, with the weights of 4 bits if the method is qlora."""
    import torch
    from transformers import AutoModelForCausalLM

    emit("log", message="Loading the model")
    options = {}
    if settings["method"] == "qlora":
        from transformers import BitsAndBytesConfig

        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=dtype,
        )
        options["device_map"] = {"": torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))}
    # Optimizers need weights of 32 bits; what is not trained may be smaller.
    weights = torch.float32 if settings["method"] == "full" else dtype
    model = AutoModelForCausalLM.from_pretrained(settings["base_model"], dtype=weights, **options)
    model.config.use_cache = False
    return model


def lora(settings):
    """The matrices beside the weights, as peft is told of them; None if all weights are trained."""
    if settings["lora"] is None:
        return None
    from peft import LoraConfig

    return LoraConfig(**settings["lora"])


def arguments(kind, settings, dtype, **more):
    """Makes `kind`, a class of training arguments, of what settings.json says in its names.

    A setting that this version of the library does not know ends the program: nothing is left out silently.
    """
    import dataclasses
    import torch

    wanted = {
        "output_dir": str(PARTIAL),
        "bf16": dtype == torch.bfloat16,
        "fp16": dtype == torch.float16,
        "use_cpu": settings["device"] == "cpu",
        # When to write, measure and save is decided by Watch.
        "logging_strategy": "no",
        "eval_strategy": "no",
        "save_strategy": "no",
        "save_total_limit": None,
        "logging_nan_inf_filter": False,
        "report_to": [],
        "disable_tqdm": True,
        **settings["arguments"],
        **more,
    }
    if settings["packing"] == "buckets":
        wanted["train_sampling_strategy"] = "group_by_length"
    wanted.update(settings["runtime_options"])
    known = {field.name for field in dataclasses.fields(kind)}
    if "train_sampling_strategy" in wanted and "train_sampling_strategy" not in known:
        # The name before transformers 5.
        wanted["group_by_length"] = wanted.pop("train_sampling_strategy") == "group_by_length"
    if "warmup_ratio" in wanted and "warmup_ratio" not in known:
        wanted["warmup_steps"] = wanted.pop("warmup_ratio")
    unknown = sorted(set(wanted) - known)
    if unknown:
        fail(f"{kind.__module__.split('.')[0]}'s {kind.__name__} does not know {', '.join(unknown)}")
    return kind(**wanted)


def steps_of(trainer, settings):
    """Optimizer steps of an epoch and of the whole training."""
    batches = len(trainer.get_train_dataloader())
    an_epoch = max(1, math.ceil(batches / settings["arguments"]["gradient_accumulation_steps"]))
    steps = max(1, math.ceil(settings["arguments"]["num_train_epochs"] * an_epoch - 1e-9))
    limit = settings["max_steps"]
    return an_epoch, min(steps, limit) if limit > 0 else steps


def resident_bytes():
    """Memory of this process; None where the system does not tell."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def together(values, how):
    """The sum, or with `max` the greatest, of each value over all processes."""
    import torch

    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return values
    device = torch.device("cuda", torch.cuda.current_device()) if torch.cuda.is_available() else "cpu"
    if torch.distributed.get_backend() == "gloo":
        device = "cpu"
    tensor = torch.tensor(values, dtype=torch.float64, device=device)
    operation = torch.distributed.ReduceOp.MAX if how == "max" else torch.distributed.ReduceOp.SUM
    torch.distributed.all_reduce(tensor, operation)
    return tensor.tolist()


def barrier():
    """Waits for the other processes."""
    together([0.0], "sum")


def watch(trainer, settings):
    """Has a trainer of transformers write lines, measure, save and stop as the run wants it."""
    from transformers import TrainerCallback

    an_epoch, steps = steps_of(trainer, settings)
    trainer.args.max_steps = steps

    class Watch(TrainerCallback):
        tokens = 0
        seconds = 0.0
        since = None
        gradient = None
        best = None
        worse = 0

        def due(self, step, every):
            return step == steps or step % (every if every > 0 else an_epoch) == 0

        def pause(self):
            if self.since is not None:
                self.seconds += time.monotonic() - self.since
                self.since = None

        def on_train_begin(self, args, state, control, model=None, **others):
            # A run that goes on has measured before.
            for row in state.log_history:
                if "eval_loss" in row:
                    self.measured(row["eval_loss"])
            count = {"parameters": 0, "trainable_parameters": 0}
            for parameter in model.parameters():
                shape = getattr(getattr(parameter, "quant_state", None), "shape", None)
                size = parameter.numel() if shape is None else math.prod(shape)
                count["parameters"] += size
                if parameter.requires_grad:
                    count["trainable_parameters"] += size
            emit("meta", from_step=state.global_step, steps=steps, **count)
            self.since = time.monotonic()

        def on_step_begin(self, args, state, control, **others):
            if self.since is None:
                self.since = time.monotonic()

        def on_pre_optimizer_step(self, args, state, control, optimizer=None, **others):
            self.lr = optimizer.param_groups[0]["lr"]

        def on_step_end(self, args, state, control, **others):
            step = state.global_step
            last = step >= steps
            control.should_log = step % settings["log_steps"] == 0 or last
            measure = trainer.eval_dataset is not None and self.due(step, settings["eval_steps"])
            control.should_evaluate = measure
            control.should_save = self.due(step, settings["save_steps"])
            if together([float((RUN / "stop").exists())], "max")[0] > 0 and not last:
                control.should_save = True
                control.should_training_stop = True
            if not control.should_log:
                emit("step", step=step)
            return control

        def on_log(self, args, state, control, logs=None, **others):
            if "loss" not in logs:
                return
            self.pause()
            tokens, self.tokens = together([float(self.tokens)], "sum")[0], 0
            seconds, self.seconds = self.seconds, 0.0
            row = {
                "step": state.global_step,
                "loss": float(logs["loss"]),
                "lr": self.lr,
                "epoch": state.global_step / an_epoch,
                "tokens_per_s": round(tokens / seconds, 3) if seconds > 0 else None,
                "grad_norm": None if logs.get("grad_norm") is None else float(logs["grad_norm"]),
                "memory_bytes": resident_bytes(),
            }
            emit("step", **{name: value for name, value in row.items() if value is not None})

        def measured(self, loss):
            better = math.isfinite(loss) and (self.best is None or loss < self.best)
            self.best = loss if better else self.best
            self.worse = 0 if better else self.worse + 1
            return better

        def on_evaluate(self, args, state, control, metrics=None, **others):
            step, loss = state.global_step, float(metrics["eval_loss"])
            emit("eval", step=step, epoch=step / an_epoch, eval_loss=loss)
            if self.measured(loss):
                control.should_save = True
            patience = settings["early_stopping_patience"]
            if patience > 0 and self.worse >= patience and step < steps:
                control.should_save = True
                control.should_training_stop = True
                emit("done", step=step, message=f"no better validation loss in {self.worse} evaluations")
            # Measuring is no training: its time counts for no rate.
            self.since = None
            return control

        def on_save(self, args, state, control, **others):
            name = f"checkpoint-{state.global_step}"
            barrier()
            if _rank == 0:
                copy_tokenizer(settings, PARTIAL / name)
                replace(PARTIAL / name, RUN / name)
                emit("checkpoint", step=state.global_step, path=name)
            barrier()
            self.since = None

    callback = Watch()
    trainer.add_callback(callback)
    count_tokens(trainer, callback)
    trainer.evaluate = lambda *_, **__: evaluate(trainer)


def count_tokens(trainer, callback):
    """Counts the tokens that are trained with, padding not."""
    step = trainer.training_step

    def counted(model, inputs, *others, **named):
        mask = inputs.get("attention_mask")
        count = inputs["input_ids"].numel() if mask is None else int(mask.sum())
        callback.tokens += count
        return step(model, inputs, *others, **named)

    trainer.training_step = counted


def evaluate(trainer):
    """Measures the mean loss of a token over all examples that are kept back."""
    import torch

    model = trainer.model_wrapped
    training = model.training
    model.eval()
    loss_sum, tokens = 0.0, 0.0
    with torch.no_grad():
        for inputs in trainer.get_eval_dataloader():
            inputs = trainer._prepare_inputs(inputs)
            count = int((inputs["labels"][:, 1:] != NO_LOSS).sum())
            with trainer.compute_loss_context_manager():
                loss = trainer.compute_loss(model, inputs)
            if count > 0:
                loss_sum += float(loss) * count
                tokens += count
    model.train(training)
    loss_sum, tokens = together([loss_sum, tokens], "sum")
    metrics = {"eval_loss": loss_sum / tokens if tokens else math.nan}
    trainer.log(dict(metrics))
    trainer.control = trainer.callback_handler.on_evaluate(
        trainer.args, trainer.state, trainer.control, metrics
    )
    return metrics


def copy_tokenizer(settings, folder):
    for name in TOKENIZER:
        file = Path(settings["base_model"]) / name
        if file.is_file():
            shutil.copyfile(file, folder / name)


def replace(whole, target):
    """Gives a folder its final name, in place of one that may be there."""
    old = target.with_name("." + target.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    whole.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def run(trainer, settings, resume):
    """Trains to the end, or to where the run was asked to stop, and saves the result if it is the end."""
    if _rank == 0:
        shutil.rmtree(PARTIAL, ignore_errors=True)
    watch(trainer, settings)
    trainer.train(resume_from_checkpoint=resume)
    finish(trainer, settings)


def finish(trainer, settings):
    """Saves the result, if training came to its end."""
    step, steps = trainer.state.global_step, trainer.args.max_steps
    asked = together([float((RUN / "stop").exists())], "max")[0] > 0
    if asked and step < steps:
        emit("stopped", step=step)
        return
    save_result(trainer, settings)


def save_result(trainer, settings):
    folder = PARTIAL / "checkpoint-final"
    trainer.save_model(str(folder))
    barrier()
    if _rank == 0:
        copy_tokenizer(settings, folder)
        (folder / "training_args.bin").unlink(missing_ok=True)
        replace(folder, RUN / "checkpoint-final")
        shutil.rmtree(PARTIAL, ignore_errors=True)
        emit("checkpoint", step=trainer.state.global_step, path="checkpoint-final")
    barrier()
