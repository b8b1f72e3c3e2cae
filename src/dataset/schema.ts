import { z } from 'zod';

const count = z.int().min(0);

/** `data.json`: what `ft_trainer inspect` found; the input of the planner. Lengths are tokens after the template, before truncation. */
export const dataSummarySchema = z.strictObject({
  version: z.literal(1),
  files: z.array(
    z.strictObject({
      path: z.string(),
      format: z.enum(['alpaca', 'sharegpt', 'messages', 'lengths']),
      rows: count,
    }),
  ),
  /** Usable rows over all files. */
  rows: count,
  template: z.string(),
  cutoffLength: z.int().positive(),
  tokens: z.strictObject({
    total: count,
    longest: count,
    /** Rows longer than cutoffLength. */
    truncatedRows: count,
    /** Rows whose length is in (previous upTo, upTo]. */
    histogram: z.array(z.strictObject({ upTo: count, rows: count })),
  }),
  /** Tokens that carry loss, after truncation. */
  targetTokens: count,
  badRows: z.array(z.strictObject({ file: z.string(), line: count, reason: z.string() })),
  /** The tokenizer that the ids come from; absent where rows are random. */
  tokenizer: z
    .strictObject({
      /** Tokens it knows. */
      tokens: count,
      /** Highest id in any row, after truncation. */
      highestId: count,
    })
    .optional(),
  /** SHA-256 over the files, template, tokenizer and cut-off, hex. */
  contentHash: z.string(),
  /** The first row as the model sees it; `learned` parts carry loss. */
  sample: z.array(z.strictObject({ text: z.string(), learned: z.boolean() })),
});

export type DataSummary = z.infer<typeof dataSummarySchema>;
