/** What ft-wizard does otherwise, where it cannot do as an argument says. */
export type Reason =
  | 'all-rows'
  | 'alpaca-without-preamble'
  | 'answers-only'
  | 'batch-of-one-process'
  | 'clipped'
  | 'dataset-columns'
  | 'dataset-format'
  | 'dataset-no-json'
  | 'dataset-of-a-hub'
  | 'dataset-of-preferences'
  | 'evaluated-when-saved'
  | 'every-module'
  | 'linear-scheduler'
  | 'model-as-it-is'
  | 'new-adapter'
  | 'no-dataset-list'
  | 'no-remote-code'
  | 'not-quantized'
  | 'one-dataset-after-another'
  | 'output-in-use'
  | 'own-template'
  | 'packed-apart'
  | 'plain-adamw'
  | 'plain-lora'
  | 'plain-loss'
  | 'saved-by-steps'
  | 'share-held-out'
  | 'share-of-warm-up'
  | 'single-dataset'
  | 'trained-to-the-end'
  | 'trains-in-fp32'
  | 'unknown'
  | 'unknown-dataset';

/** An argument that is not done as LLaMA-Factory does it. */
export interface Difference {
  argument: string;
  value: string;
  reason: Reason;
}

/** Arguments that change what is trained, or how, and have nothing here that answers them. */
export const unanswered: Record<string, Reason> = {
  adapter_name_or_path: 'new-adapter',
  add_special_tokens: 'model-as-it-is',
  add_tokens: 'model-as-it-is',
  additional_target: 'plain-lora',
  checkpoint_dir: 'new-adapter',
  disable_shuffling: 'one-dataset-after-another',
  early_stopping_steps: 'trained-to-the-end',
  eval_dataset: 'single-dataset',
  fp8: 'not-quantized',
  freeze_extra_modules: 'every-module',
  interleave_probs: 'one-dataset-after-another',
  label_smoothing_factor: 'plain-loss',
  load_best_model_at_end: 'trained-to-the-end',
  loraplus_lr_ratio: 'plain-lora',
  mask_history: 'answers-only',
  max_samples: 'all-rows',
  mixture_of_depths: 'model-as-it-is',
  neftune_noise_alpha: 'plain-loss',
  new_special_tokens_config: 'model-as-it-is',
  pissa_init: 'plain-lora',
  quantization_bit: 'not-quantized',
  resize_vocab: 'model-as-it-is',
  resume_from_checkpoint: 'new-adapter',
  rope_scaling: 'model-as-it-is',
  shift_attn: 'model-as-it-is',
  streaming: 'one-dataset-after-another',
  train_from_scratch: 'model-as-it-is',
  train_on_prompt: 'answers-only',
  trust_remote_code: 'no-remote-code',
  use_adam_mini: 'plain-adamw',
  use_apollo: 'plain-adamw',
  use_badam: 'plain-adamw',
  use_dft_loss: 'plain-loss',
  use_dora: 'plain-lora',
  use_galore: 'plain-adamw',
  use_llama_pro: 'every-module',
  use_muon: 'plain-adamw',
};

/** Arguments that say how LLaMA-Factory is to work, show or store, and leave the result as it is. */
export const unneeded = new RegExp(
  `^(${[
    'cache_dir',
    'compute_accuracy',
    'dataloader_\\w+',
    'ddp_\\w+',
    'deepspeed',
    'disable_tqdm',
    'do_(train|eval|predict)',
    'double_quantization',
    'enable_liger_kernel',
    'eval_(on_start|strategy|delay|num_beams|accumulation_steps)',
    'evaluation_strategy',
    'export_\\w+',
    'flash_attn',
    'freeze_(vision_tower|multi_modal_projector)',
    'fsdp\\w*',
    'gradient_checkpointing\\w*',
    'half_precision_backend',
    '(hf|ms|om)_hub_token',
    '(image|video|audio)_\\w+',
    'include_\\w+',
    'infer_\\w+',
    'load_from_cache_file',
    'logging_\\w+',
    'low_cpu_mem_usage',
    'media_dir',
    'overwrite_(cache|output_dir)',
    'per_device_eval_batch_size',
    'plot_loss',
    'predict_with_generate',
    'preprocessing_\\w+',
    'print_param_status',
    'quantization_(method|type|device_map)',
    'ray_\\w+',
    'remove_unused_columns',
    'report_to',
    'run_name',
    'save_(only_model|safetensors|total_limit)',
    'swanlab_\\w+',
    'tf32',
    'tokenized_path',
    'upcast_\\w+',
    'use_(cache|fast_tokenizer|kv_cache|reentrant_gc|swanlab|unsloth|unsloth_gc|v1_kernels)',
  ].join('|')})$`,
);
