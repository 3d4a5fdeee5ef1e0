"""Capture published architectures with their losses, made small, and say how sure their numbers are.

The architectures are those of Hugging Face's transformers, with random weights; nothing is downloaded. Every
value and gradient is held against PyTorch's at the capture.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import torch
from measured import circumstances, record

from graphgen.errors import GraphgenError
from graphgen.frameworks import from_torch
from graphgen.verification import verify

_LAYERS = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
_WORDS = {"vocab_size": 11, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
_TEXT = {**_LAYERS, **_WORDS, "max_position_embeddings": 16}
_SHARED_KEYS = {"num_key_value_heads": 1}
_BY_SIDES = {
    f"{side}_{what}": size
    for side in ("encoder", "decoder")
    for what, size in {"layers": 1, "attention_heads": 2, "ffn_dim": 16}.items()
}
LANGUAGE_MODELS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "GPT-2": ("GPT2LMHeadModel", {"n_embd": 8, "n_layer": 2, "n_head": 2, "n_positions": 16}),
    "GPT-J": ("GPTJForCausalLM", {"n_embd": 8, "n_layer": 1, "n_head": 2, "rotary_dim": 4}),
    "GPT-NeoX": ("GPTNeoXForCausalLM", {}),
    "Llama": ("LlamaForCausalLM", _SHARED_KEYS),
    "Mistral": ("MistralForCausalLM", _SHARED_KEYS),
    "Qwen 2": ("Qwen2ForCausalLM", _SHARED_KEYS),
    "Qwen 3": ("Qwen3ForCausalLM", {**_SHARED_KEYS, "head_dim": 4}),
    "Gemma": ("GemmaForCausalLM", {**_SHARED_KEYS, "head_dim": 4}),
    "Gemma 2": ("Gemma2ForCausalLM", {**_SHARED_KEYS, "head_dim": 4, "num_hidden_layers": 2}),
    "Phi": ("PhiForCausalLM", {}),
    "Phi-3": ("Phi3ForCausalLM", {}),
    "OPT": ("OPTForCausalLM", {"ffn_dim": 16, "word_embed_proj_dim": 8}),
    "BLOOM": ("BloomForCausalLM", {"n_layer": 1, "n_head": 2}),
    "Falcon": ("FalconForCausalLM", {}),
    "Cohere": ("CohereForCausalLM", _SHARED_KEYS),
    "OLMo 2": ("Olmo2ForCausalLM", {}),
    "Mamba": ("MambaForCausalLM", {"state_size": 4}),
    "T5": (
        "T5ForConditionalGeneration",
        {"d_model": 8, "d_kv": 4, "d_ff": 16, "num_layers": 1, "num_heads": 2, "decoder_start_token_id": 0},
    ),
    "BART": ("BartForConditionalGeneration", {"d_model": 8, "decoder_start_token_id": 1, **_BY_SIDES}),
}
CLASSIFIERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "BERT": ("BertForSequenceClassification", {}),
    "RoBERTa": ("RobertaForSequenceClassification", {}),
    "ALBERT": ("AlbertForSequenceClassification", {"embedding_size": 8}),
    "ELECTRA": ("ElectraForSequenceClassification", {"embedding_size": 8}),
    "DeBERTa": (
        "DebertaV2ForSequenceClassification",
        {"relative_attention": True, "pos_att_type": ["p2c", "c2p"]},
    ),
    "ModernBERT": ("ModernBertForSequenceClassification", {}),
}
OF_IMAGES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "ViT": ("ViTForImageClassification", {**_LAYERS, "patch_size": 16}),
    "DeiT": ("DeiTForImageClassification", {**_LAYERS, "patch_size": 16}),
    "DINOv2": ("Dinov2ForImageClassification", {**_LAYERS, "patch_size": 16}),
    "Swin": (
        "SwinForImageClassification",
        {"embed_dim": 8, "depths": [1, 1], "num_heads": [2, 2], "window_size": 2},
    ),
    "ResNet": (
        "ResNetForImageClassification",
        {"embedding_size": 4, "hidden_sizes": [4, 8], "depths": [1, 1]},
    ),
    "ConvNeXt": (
        "ConvNextForImageClassification",
        {"num_stages": 2, "hidden_sizes": [4, 8], "depths": [1, 1]},
    ),
}

Example = Callable[[], tuple[Callable[..., Any], tuple[Any, ...]]]


def _of_text(name: str, sizes: Mapping[str, Any], labels: Any) -> Example:
    words = torch.tensor([[3, 4, 5, 6]])

    def example() -> tuple[Callable[..., Any], tuple[Any, ...]]:
        model = _model(name, {**_TEXT, **sizes})
        return lambda words: model(input_ids=words, labels=words if labels is None else labels).loss, (words,)

    return example


def _of_an_image(name: str, sizes: Mapping[str, Any]) -> Example:
    def example() -> tuple[Callable[..., Any], tuple[Any, ...]]:
        model = _model(name, {"image_size": 32, **sizes})
        image = torch.randn(1, 3, 32, 32)
        return lambda image: model(pixel_values=image, labels=torch.tensor([1])).loss, (image,)

    return example


def _model(name: str, sizes: Mapping[str, Any]) -> Any:
    import transformers

    kind = getattr(transformers, name)
    return kind(kind.config_class(**sizes)).eval()


EXAMPLES: Mapping[str, Example] = {
    **{name: _of_text(*model, None) for name, model in LANGUAGE_MODELS.items()},
    **{name: _of_text(*model, torch.tensor([1])) for name, model in CLASSIFIERS.items()},
    **{name: _of_an_image(*model) for name, model in OF_IMAGES.items()},
}


def captured(example: Example) -> dict[str, Any]:
    """How many nodes a model has, and how many of its numbers are how sure; or why it is refused."""
    torch.manual_seed(0)
    function, inputs = example()
    try:
        graph = from_torch(function, *inputs)
        report = verify(graph)
    except GraphgenError as error:
        return {"refused": error.message}
    without_row = sorted({node.op.name for node in graph if node.op and node.recorded})
    return {
        "nodes": len(graph),
        "numbers": dict(report.levels),
        "is_right": report.passed,
        "without_row": without_row,
    }


def measure() -> dict[str, Any]:
    about = circumstances(__file__, "mkdocs-graphgen", "torch", "transformers")
    with warnings.catch_warnings(action="ignore"):
        return {**about, "models": {name: captured(example) for name, example in EXAMPLES.items()}}


def _summary(found: dict[str, Any]) -> str:
    models = found["models"].values()
    right = [model for model in models if model.get("is_right")]
    proved = [model for model in right if set(model["numbers"]) == {"proved"}]
    return f"{len(models)} models, {len(right)} captured, {len(proved)} of them proved"


if __name__ == "__main__":
    record("published", measure, _summary, __doc__)
