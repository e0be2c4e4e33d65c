#!/usr/bin/env python3
"""What llama.cpp's own converter makes of the directories that TinyFamilies writes, as SHA-256.

convert-tiny-reference.py LLAMA_CPP DIRECTORIES OUT > gguf/src/test/resources/dev/computepool/convert/tiny/sha256.txt

The converter runs as it is, but for two things that it cannot know of such directories: the name of the
pre-tokenizer, which it recognises by the ids of a text that a vocabulary of 300 tokens does not give (the file
`pre-tokenizer` of each directory has it), and the keys of GPT-NeoX's config.json that transformers 5 takes away.
"""
import hashlib, json, logging, os, pathlib, sys

os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
llama, directories, out = (pathlib.Path(p) for p in sys.argv[1:4])
sys.path[:0] = [str(llama), str(llama / "gguf-py")]
logging.disable(logging.CRITICAL)

import gguf, torch
from conversion import ModelBase, ModelType, get_model_architecture, get_model_class

types = {"auto": "GUESSED", "f32": "ALL_F32", "f16": "MOSTLY_F16", "bf16": "MOSTLY_BF16", "q8_0": "MOSTLY_Q8_0"}
load_hparams = ModelBase.load_hparams
out.mkdir(parents=True, exist_ok=True)
for directory in sorted(directories.iterdir()):
    pre = (directory / "pre-tokenizer").read_text()
    raw = json.loads((directory / "config.json").read_text())
    ModelBase.load_hparams = staticmethod((lambda *_: dict(raw)) if raw["model_type"] == "gpt_neox" else load_hparams)
    for name, ftype in types.items():
        target = out / f"{directory.name}-{name}.gguf"
        try:
            with torch.inference_mode():
                hparams = ModelBase.load_hparams(directory, False)
                cls = get_model_class(get_model_architecture(hparams, ModelType.TEXT))
                cls.get_vocab_base_pre = lambda self, tokenizer: pre
                cls(directory, gguf.LlamaFileType[ftype], target).write()
            print(hashlib.sha256(target.read_bytes()).hexdigest(), target.name, sep="  ", flush=True)
        except Exception as e:
            print(f"# {target.name}: {type(e).__name__}: {str(e)[:100]}", flush=True)
