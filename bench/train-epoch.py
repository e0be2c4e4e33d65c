#!/usr/bin/env python3
"""For bench/train-epoch.sh: an epoch with TRL's SFTTrainer and its defaults, and the dataset of both sides.

  train-epoch.py --make FILE              120 chats of 10 to 900 words, most of them short
  train-epoch.py MODEL FILE THREADS CHECKPOINTING   prints seconds of training, peak MB and the last loss
"""
import json, math, random, sys, warnings
warnings.filterwarnings('ignore')

if sys.argv[1] == '--make':
  random.seed(1)
  words = 'the model a file of weights tensor shard layer every computer holds some and reads them when they are needed'.split()
  with open(sys.argv[2], 'w') as file:
    for i in range(120):
      count = max(10, min(900, int(math.exp(random.gauss(4.3, 1.0)))))
      text = ' '.join(random.choice(words) for _ in range(count))
      file.write(json.dumps({'messages': [{'role': 'user', 'content': f'Tell me about number {i}.'}, {'role': 'assistant', 'content': text}]}) + '\n')
  sys.exit()

import torch
from datasets import load_dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer
path, file, threads, checkpointing = sys.argv[1:5]
torch.set_num_threads(int(threads))
model = AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)
# Defaults but for where results go, f32, and that nothing is written or shown while it trains.
options = {} if checkpointing == 'default' else {'gradient_checkpointing': checkpointing == 'true'}
config = SFTConfig(output_dir='/tmp/none', num_train_epochs=1, use_cpu=True, bf16=False, save_strategy='no', report_to='none', disable_tqdm=True, **options)
trainer = SFTTrainer(model, args=config, train_dataset=load_dataset('json', data_files=file, split='train'),
                     processing_class=AutoTokenizer.from_pretrained(path),
                     peft_config=LoraConfig(r=16, lora_alpha=32, target_modules='all-linear', lora_dropout=0.0, task_type='CAUSAL_LM'))
result = trainer.train()
peak = next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM'))
print(f"{result.metrics['train_runtime']:.2f} {peak >> 10} {result.training_loss:.4f}")
