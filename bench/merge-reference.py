#!/usr/bin/env python3
"""Does `train merge` compute what PEFT's merge_and_unload computes?

merge-reference.py WORK      (a Python with torch, transformers and peft)

Makes tiny models and adapters of all kinds (LoRA, rsLoRA, DoRA, patterns, saved modules, embeddings, biases, transposed
GPT-2) in WORK, merges each with PEFT in float32 and with ours, and prints the largest absolute difference; of a bfloat16
model the share of numbers that PEFT's result, rounded once, has otherwise. Ends with 1 beyond 1e-6, or 0.1 %.
"""
import os, pathlib, shutil, subprocess, sys, warnings

warnings.filterwarnings("ignore")
os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TRANSFORMERS_VERBOSITY="error")
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForCausalLM

root = pathlib.Path(__file__).resolve().parent.parent
work = pathlib.Path(sys.argv[1])
work.mkdir(parents=True, exist_ok=True)
torch.manual_seed(3)


def base(name, model_type, dtype, **config):
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(model_type, **config)).to(dtype)
    model.save_pretrained(work / name, max_shard_size="200KB")
    return work / name


def weights(directory):
    return {n: t for f in sorted(directory.glob("*.safetensors")) for n, t in load_file(f).items()}


llama = dict(vocab_size=100, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, pad_token_id=0, bos_token_id=1, eos_token_id=2)
l16, l32 = base("llama", "llama", torch.bfloat16, **llama), base("llama32", "llama", torch.float32, **llama)
qwen2 = base("qwen2", "qwen2", torch.float32, **llama)
gpt2 = base("gpt2", "gpt2", torch.float32, vocab_size=100, n_embd=64, n_layer=2, n_head=4, n_positions=32)
patterns = dict(rank_pattern={"layers.1.*.q_proj": 4, "gate_proj": 2},
                alpha_pattern={"layers.0.self_attn.q_proj": 3, "^model.layers.1.mlp.gate_proj": 7})
cases = {
    "bf16": (l16, dict(target_modules=["q_proj", "v_proj", "down_proj"])),
    "f32": (l32, dict(target_modules="all-linear")),
    "rslora": (l32, dict(use_rslora=True, target_modules=["q_proj"])),
    "dora": (l32, dict(use_dora=True, target_modules=["q_proj", "gate_proj"])),
    "patterns": (l32, dict(target_modules=["q_proj", "gate_proj"], **patterns)),
    "saved": (l32, dict(target_modules=["q_proj"], modules_to_save=["lm_head", "embed_tokens"])),
    "embedding": (l32, dict(target_modules=["q_proj", "embed_tokens"])),
    "bias": (qwen2, dict(target_modules=["q_proj"], bias="all")),
    "lora_bias": (qwen2, dict(target_modules=["q_proj"], lora_bias=True)),
    "gpt2": (gpt2, dict(target_modules=["c_attn", "c_proj"], fan_in_fan_out=True)),
    "gpt2_dora": (gpt2, dict(target_modules=["c_attn"], fan_in_fan_out=True, use_dora=True)),
}
failed = False
for name, (model, options) in cases.items():
    config = LoraConfig(task_type="CAUSAL_LM", r=8, lora_alpha=16, **options)
    peft = get_peft_model(AutoModelForCausalLM.from_pretrained(model), config)
    with torch.no_grad():
        for key, parameter in peft.named_parameters():
            if "magnitude" in key:
                parameter.mul_(1 + 0.1 * torch.rand_like(parameter))
            elif "lora_" in key:
                parameter.copy_(torch.randn_like(parameter) * 0.1)
            elif parameter.requires_grad:
                parameter.add_(torch.randn_like(parameter) * 0.01)
    adapter, merged = work / f"{name}-adapter", work / f"{name}-merged"
    peft.save_pretrained(adapter)
    whole = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    theirs = PeftModel.from_pretrained(whole, adapter).merge_and_unload().state_dict()
    shutil.rmtree(merged, ignore_errors=True)
    subprocess.run([root / "bin/computepool", "train", "merge", adapter, "--base", model, "-o", merged, "-q"],
                   check=True, stdout=subprocess.DEVNULL)
    ours, before = weights(merged), weights(model)
    changed = sum(not torch.equal(ours[n], before[n]) for n in ours)
    half = next(iter(ours.values())).dtype == torch.bfloat16
    if half:
        wrong = sum(int((t != theirs[n].to(t.dtype)).sum()) for n, t in ours.items()) / sum(t.numel() for t in ours.values())
    else:
        wrong = max((t - theirs[n]).abs().max().item() for n, t in ours.items())
    AutoModelForCausalLM.from_pretrained(merged)
    print(f"{name:10} {changed:2} of {len(ours)} tensors changed, "
          + (f"{wrong:.2%} rounded otherwise" if half else f"max abs difference {wrong:.2e}"), flush=True)
    failed |= not wrong <= (1e-3 if half else 1e-6) or changed == 0
sys.exit(failed)
