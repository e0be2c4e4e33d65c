#!/usr/bin/env python3
"""What bench/TrainSpeed.java does, with PyTorch and peft: train-speed.py MODEL ROWS LENGTH STEPS THREADS CHECKPOINTING BEGIN

`train-speed.py --make FOLDER` writes the two models that are compared, of 9 and 88 million weights."""
import sys, time, warnings
warnings.filterwarnings('ignore')
import torch
from transformers import AutoModelForCausalLM, LlamaConfig

if sys.argv[1] == '--make':
  for name, sizes in {'10M': dict(hidden_size=256, intermediate_size=768, num_hidden_layers=6, num_attention_heads=4, num_key_value_heads=2, vocab_size=16000),
                      '100M': dict(hidden_size=768, intermediate_size=2048, num_hidden_layers=10, num_attention_heads=12, num_key_value_heads=4, vocab_size=32000)}.items():
    torch.manual_seed(1)
    config = LlamaConfig(max_position_embeddings=2048, tie_word_embeddings=True, **sizes)
    AutoModelForCausalLM.from_config(config, dtype=torch.float32).save_pretrained(f'{sys.argv[2]}/{name}')
  sys.exit()

from peft import LoraConfig, get_peft_model
path, rows, length, steps, threads, checkpointing, begin = sys.argv[1:8]
rows, length, steps = int(rows), int(length), int(steps)
torch.set_num_threads(int(threads))
torch.manual_seed(1)
model = AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)
model = get_peft_model(model, LoraConfig(r=16, lora_alpha=32, target_modules='all-linear', lora_dropout=0.0, task_type='CAUSAL_LM'))
if checkpointing == 'true':
  model.enable_input_require_grads()
  model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={'use_reentrant': False})
model.train()
parameters = [p for p in model.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0, fused=True)
ids = torch.tensor([i * 7919 % 15991 for i in range(rows * length)]).view(rows, length)
times, cpu, second, loss = [], [], 0, 0
for step in range(steps):
  start, used = time.perf_counter(), time.process_time()
  out = model(input_ids=ids, labels=ids, use_cache=False).loss
  out.backward()
  torch.nn.utils.clip_grad_norm_(parameters, 1.0)
  optimizer.step()
  optimizer.zero_grad()
  loss = float(out)
  times.append(time.perf_counter() - start)
  cpu.append(time.process_time() - used)
  if step == 1:
    second = time.time() * 1000 - int(begin)
warm, used = sorted(times[min(2, steps - 1):]), sorted(cpu[min(2, steps - 1):])
peak = next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM'))
print(f'{warm[len(warm) // 2] * 1000:.1f} {used[len(used) // 2] * 1000:.1f} {peak >> 10} {second:.0f} {loss:.5f}')
