#!/usr/bin/env python3
"""What transformers and peft compute on tiny models of every family: logits, losses, gradients, ten steps of AdamW.

    train-reference.py [--update]

Compares with, or writes, train/src/test/resources/dev/computepool/train/reference.json. Weights come from a linear congruential
generator seeded with the CRC-32 of their names, so that a test in Java makes the same. Needs torch, transformers and peft."""
import json, math, pathlib, sys, warnings, zlib
warnings.filterwarnings('ignore')
import torch, transformers, peft
from transformers import AutoConfig, AutoModelForCausalLM
from peft import LoraConfig, get_peft_model

FILE = pathlib.Path(__file__).resolve().parent.parent / 'train/src/test/resources/dev/computepool/train/reference.json'
BASE = dict(vocab_size=96, hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
            max_position_embeddings=128, rms_norm_eps=1e-5, hidden_act='silu')
GEMMA = dict(BASE, head_dim=12, hidden_act='gelu_pytorch_tanh', hidden_activation='gelu_pytorch_tanh', rms_norm_eps=1e-6)
ALL = 'all-linear'
# name: configuration as published, targets, rank-stabilized
CASES = {
  'llama': (dict(BASE, architectures=['LlamaForCausalLM'], model_type='llama', rope_theta=10000.0, tie_word_embeddings=False), ALL, False),
  'llama-head': (dict(BASE, architectures=['LlamaForCausalLM'], model_type='llama', head_dim=16, tie_word_embeddings=False,
      rope_parameters={'rope_type': 'linear', 'rope_theta': 500.0, 'factor': 4.0}), ['q_proj', 'v_proj', 'lm_head'], True),
  'llama3': (dict(BASE, architectures=['LlamaForCausalLM'], model_type='llama', rope_theta=500000.0, attention_bias=True, mlp_bias=True,
      tie_word_embeddings=True, rope_scaling={'rope_type': 'llama3', 'factor': 8.0, 'low_freq_factor': 1.0, 'high_freq_factor': 4.0,
      'original_max_position_embeddings': 64}), ALL, False),
  'mistral': (dict(BASE, architectures=['MistralForCausalLM'], model_type='mistral', sliding_window=7, tie_word_embeddings=False), ALL, False),
  'qwen2': (dict(BASE, architectures=['Qwen2ForCausalLM'], model_type='qwen2', rope_theta=1000000.0, tie_word_embeddings=True,
      use_sliding_window=False, sliding_window=4, max_window_layers=2), ALL, False),
  'qwen2-window': (dict(BASE, architectures=['Qwen2ForCausalLM'], model_type='qwen2', rope_theta=1000000.0, tie_word_embeddings=True,
      use_sliding_window=True, sliding_window=4, max_window_layers=1), r'model\.layers\.[12]\.mlp\.(up|down)_proj', False),
  'qwen3': (dict(BASE, architectures=['Qwen3ForCausalLM'], model_type='qwen3', head_dim=16, rope_theta=1000000.0, tie_word_embeddings=True), ALL, False),
  'gemma': (dict(GEMMA, architectures=['GemmaForCausalLM'], model_type='gemma'), ALL, False),
  'gemma2': (dict(GEMMA, architectures=['Gemma2ForCausalLM'], model_type='gemma2', query_pre_attn_scalar=10, sliding_window=6,
      attn_logit_softcapping=2.0, final_logit_softcapping=1.5), ALL, False),
  'gemma3': (dict(GEMMA, architectures=['Gemma3ForCausalLM'], model_type='gemma3_text', query_pre_attn_scalar=10, sliding_window=6,
      sliding_window_pattern=2, rope_theta=1000000.0, rope_local_base_freq=10000.0, rope_scaling={'rope_type': 'linear', 'factor': 8.0}), ALL, False),
}
RANK, ALPHA = 4, 6
ROWS, LENGTH, PADDED, PROMPT = 2, 20, 5, 4   # the second row ends in padding, each begins with a prompt


def numbers(name, count):
  """From -1 to 1, 24 bits each."""
  state, found = zlib.crc32(name.encode()) & 0x7fffffff, []
  for _ in range(count):
    state = (state * 1103515245 + 12345) & 0x7fffffff
    found.append((state >> 7) / (1 << 23) - 1)
  return torch.tensor(found, dtype=torch.float64)


def weight(name, shape, gemma):
  values = numbers(name, math.prod(shape)).reshape(shape)
  if 'norm' in name and name.endswith('weight'):
    return (values / 4 if gemma else 1 + values / 4).float()
  return (values / 4).float()


def batch():
  ids = [i * 7 % 96 if i % 3 else (i * i + 5) % 96 for i in range(ROWS * LENGTH)]
  ids = torch.tensor(ids).view(ROWS, LENGTH)
  labels, mask = ids.clone(), torch.ones_like(ids)
  labels[:, :PROMPT] = -100
  labels[1, -PADDED:] = -100
  mask[1, -PADDED:] = 0
  return dict(input_ids=ids, labels=labels, attention_mask=mask)


def summary(tensor, name):
  """Length, and the projection on a direction that the name gives."""
  flat = tensor.detach().double().flatten()
  return [float(flat.norm()), float(flat @ numbers('direction ' + name, flat.numel()))]


def load(config, dtype=torch.float32):
  import tempfile
  with tempfile.TemporaryDirectory() as folder:
    (pathlib.Path(folder) / 'config.json').write_text(json.dumps(config))
    parsed = AutoConfig.from_pretrained(folder)
  model = AutoModelForCausalLM.from_config(parsed, attn_implementation='eager', dtype=torch.float32)
  gemma = config['model_type'].startswith('gemma')
  with torch.no_grad():
    for name, parameter in model.named_parameters():
      parameter.copy_(weight(name, parameter.shape, gemma).to(dtype))
  return model


def adapted(config, targets, stabilized, dtype=torch.float32):
  model = get_peft_model(load(config, dtype), LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=targets, use_rslora=stabilized,
      lora_dropout=0.0, task_type='CAUSAL_LM'))
  with torch.no_grad():
    for name, parameter in model.named_parameters():
      if parameter.requires_grad:
        parameter.copy_(weight(name.replace('.default', ''), parameter.shape, False))
  return model


def gradients(model):
  result = model(**batch())
  result.loss.backward()
  found = {n.replace('.default', ''): summary(p.grad, n.replace('.default', '')) for n, p in model.named_parameters() if p.requires_grad}
  kept = result.logits.detach()
  kept = torch.cat([kept[0], kept[1, :-PADDED]]).flatten()
  return dict(loss=float(result.loss), logits=summary(kept, 'logits'), gradients=found)


def steps(model):
  parameters = [p for p in model.parameters() if p.requires_grad]
  optimizer = torch.optim.AdamW(parameters, lr=1e-2, weight_decay=0.1, fused=True)
  losses, norms = [], []
  for _ in range(10):
    loss = model(**batch()).loss
    loss.backward()
    norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, 1.0)))
    optimizer.step()
    optimizer.zero_grad()
    losses.append(float(loss))
  return dict(losses=losses, norms=norms)


def case(config, targets, stabilized):
  model = adapted(config, targets, stabilized)
  found = dict(config=config, targets=targets, rankStabilized=stabilized)
  found['adapter'] = gradients(model)
  model.zero_grad()
  found['adapter'].update(steps(model))
  found['full'] = gradients(load(config))
  found['halves'] = {name: gradients(adapted(config, targets, stabilized, dtype))['loss']
      for name, dtype in (('BF16', torch.bfloat16), ('F16', torch.float16))}
  return found


def differences(old, new, at=''):
  if isinstance(old, dict):
    for key in old.keys() | new.keys():
      yield from differences(old.get(key), new.get(key), at + '/' + key)
  elif isinstance(old, list) and len(old) == len(new):
    for i, pair in enumerate(zip(old, new)):
      yield from differences(*pair, f'{at}/{i}')
  elif old != new and not (isinstance(old, float) and math.isclose(old, new, rel_tol=1e-4, abs_tol=1e-5)):
    yield f'{at}: {old} is now {new}'


torch.manual_seed(0)
torch.set_num_threads(1)
made = {name: case(*row) for name, row in CASES.items()}
made = dict(made=f'torch {torch.__version__}, transformers {transformers.__version__}, peft {peft.__version__}', cases=made)
if '--update' in sys.argv:
  FILE.parent.mkdir(parents=True, exist_ok=True)
  FILE.write_text(json.dumps(made, indent=1) + '\n')
else:
  found = list(differences(json.loads(FILE.read_text())['cases'], made['cases']))
  print('\n'.join(found) or 'no differences')
  sys.exit(bool(found))
