/** `P40`, `RTX 3090`: as people call a card. */
export function shortCardName(name: string): string {
  return name.replace(/^(NVIDIA|Tesla) /, '').replace(/^GeForce /, '');
}
