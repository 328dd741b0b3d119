/** Puts rectangles beside and below each other: each as high up as it fits, and there as far to the left. */

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Packed extends Size {
  /** Of each rectangle: its upper left corner. */
  readonly corners: readonly { readonly x: number; readonly y: number }[];
}

/** What is free begins at `top`, from `left` up to the next stretch, or to the right end. */
interface Stretch {
  readonly left: number;
  readonly top: number;
}

/** In their order; none reaches beyond `widest`, but for one that is wider itself. `gap` is between neighbours. */
export function packed(sizes: readonly Size[], widest: number, gap: number): Packed {
  let skyline: readonly Stretch[] = [{ left: 0, top: 0 }];
  const corners: { readonly x: number; readonly y: number }[] = [];
  let [width, height] = [0, 0];
  for (const size of sizes) {
    let best: Stretch = { left: 0, top: topOver(skyline, 0, size.width + gap) };
    for (const { left } of skyline) {
      if (left + size.width > widest) break;
      const top = topOver(skyline, left, left + size.width + gap);
      if (top < best.top) best = { left, top };
    }
    const { left, top } = best;
    corners.push({ x: left, y: top });
    width = Math.max(width, left + size.width);
    height = Math.max(height, top + size.height);
    skyline = covered(skyline, left, left + size.width + gap, top + size.height + gap);
  }
  return { corners, width, height };
}

function topOver(skyline: readonly Stretch[], left: number, right: number): number {
  let top = 0;
  for (const [i, stretch] of skyline.entries()) {
    const end = skyline[i + 1]?.left ?? Number.POSITIVE_INFINITY;
    if (stretch.left < right && end > left) top = Math.max(top, stretch.top);
  }
  return top;
}

function covered(skyline: readonly Stretch[], left: number, right: number, top: number): readonly Stretch[] {
  const before = skyline.filter((stretch) => stretch.left < left);
  const behind = skyline.filter((stretch) => stretch.left >= right);
  // What the rectangle ends over goes on behind it.
  const last = skyline.findLast((stretch) => stretch.left < right);
  const rest = last === undefined || behind[0]?.left === right ? [] : [{ left: right, top: last.top }];
  return [...before, { left, top }, ...rest, ...behind];
}
