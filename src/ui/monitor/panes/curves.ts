import type { Point } from '../../components/draw-chart.ts';
import { type History, meanOf } from '../state/history.ts';

/** A history as a line through the means of its buckets. */
export const meanLine = ({ buckets, width }: History): Point[] =>
  buckets.map((bucket) => [bucket.step + (width - 1) / 2, meanOf(bucket)]);

/** A history by lowest and highest of each bucket, so that a spike of one step among a thousand is seen. */
export const outline = ({ buckets, width }: History): Point[] =>
  buckets.flatMap((bucket): Point[] => {
    const x = bucket.step + (width - 1) / 2;
    return bucket.low === bucket.high
      ? [[x, bucket.low]]
      : [
          [x, bucket.low],
          [x, bucket.high],
        ];
  });
