import { tint } from './palette.js';
import type { Pen } from './pen.js';
import { type Backdrop, horizon } from './scene.js';
import { circle, group, path, rect, repeat, ring } from './shapes.js';

/** Apricot, with an arched niche. */
export const kitchenBackdrop: Backdrop = {
  wall: '#f8dcc6',
  floor: '#efc2a2',
  motif: (pen, tone) =>
    path(`M190 ${horizon}V430A310 310 0 0 1 810 430V${horizon}Z`, pen.down(tint(tone, 0.25), tone), {
      opacity: 0.75,
    }),
};

/** Cool blue, with a large disc. */
export const deskBackdrop: Backdrop = {
  wall: '#d3e1ef',
  floor: '#b3cae0',
  motif: (pen, tone) => circle(500, 430, 330, pen.down(tint(tone, 0.3), tone), { opacity: 0.75 }),
};

/** Sage, with a sun behind hills. */
export const outdoorsBackdrop: Backdrop = {
  wall: '#dbe7d3',
  floor: '#b5ccab',
  motif: (pen, tone) =>
    circle(690, 270, 120, pen.down('#fbf3d9', tint(tone, 0.5)), { opacity: 0.9 }) +
    path(
      `M0 520C150 380 300 400 430 500S760 560 1000 380V${horizon}H0Z`,
      pen.down(tint(tone, 0.3), tint(tone, 0.1)),
      { opacity: 0.7 },
    ) +
    path(`M0 ${horizon}C180 560 420 540 620 610S880 620 1000 570V${horizon}Z`, tone, { opacity: 0.8 }),
};

/** Butter yellow, with the light of a tall window. */
export const homeBackdrop: Backdrop = {
  wall: '#f7e8c6',
  floor: '#ecd3a0',
  motif: (pen, tone) => group({ transform: 'skewY(-8)' }, windowLight(pen, tone)),
};

/** Lilac, with rings like sound. */
export const audioBackdrop: Backdrop = {
  wall: '#dfd6ee',
  floor: '#c3b5de',
  motif: (_pen, tone) =>
    circle(500, 450, 180, tone, { opacity: 0.35 }) +
    repeat(4, (index) =>
      group({ opacity: 0.55 - index * 0.1 }, ring(500, 450, 230 + index * 92, tone, 34 - index * 5)),
    ),
};

/** Rose, with two leaning panels. */
export const bagsBackdrop: Backdrop = {
  wall: '#f6d5d3',
  floor: '#e8b1b1',
  motif: (pen, tone) =>
    path(`M120 ${horizon}L250 60H620L490 ${horizon}Z`, pen.down(tint(tone, 0.35), tone), { opacity: 0.6 }) +
    path(`M520 ${horizon}L630 150H880L770 ${horizon}Z`, pen.down(tint(tone, 0.5), tint(tone, 0.1)), {
      opacity: 0.7,
    }),
};

function windowLight(pen: Pen, tone: string): string {
  const pane = pen.down(tint(tone, 0.9), tint(tone, 0.2));
  return repeat(6, (index) => {
    const column = index % 2;
    const row = Math.floor(index / 2);
    return rect(255 + column * 260, 130 + row * 205, 244, 190, pane, { opacity: 0.8 });
  });
}
