import { homeBackdrop } from '../backdrops.js';
import { foliage, type Growth, roundLeaf } from '../botanical.js';
import { alpha, colours, gleam, mix, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, number, path, placed, repeat, scatter, stroke } from '../shapes.js';

const body =
  'M452 470C456 520 446 540 408 566C352 604 326 650 326 700C326 768 380 816 430 816H570C620 816 674 768 674 700C674 650 648 604 592 566C554 540 544 520 548 470Z';

export function vase(): string {
  return tabletop(homeBackdrop, (pen) => {
    const specks = scatter(60, 5)
      .map(({ x, y, size }) =>
        circle(326 + x * 350, 480 + y * 340, 1 + size * 2.6, alpha(colours.walnut, 0.28)),
      )
      .join('');
    return (
      standingShadow(pen, 500, 812, 150) +
      ellipse(500, 470, 48, 12, shade(colours.teal, 0.6)) +
      pampas(pen) +
      eucalyptus(pen) +
      path(
        body,
        pen.radial(
          0.34,
          0.42,
          0.75,
          tint(colours.teal, 0.35),
          [0.45, colours.teal],
          shade(colours.teal, 0.4),
        ),
      ) +
      pen.clip(
        path(body, '#000'),
        path('M300 690C380 730 420 660 500 690S620 740 700 684V830H300Z', pen.cylinder(colours.cream)),
        stroke('M300 690C380 730 420 660 500 690S620 740 700 684', gleam(0.35), 5),
        specks,
        pen.blur(20, path('M660 560H720V840H540C640 790 664 690 640 600Z', shadow(0.28))),
      ) +
      stroke('M452 471C470 486 530 486 548 471', tint(colours.teal, 0.5), 6) +
      pen.sheen('M368 690C370 650 392 622 424 600', 18, 0.55)
    );
  });
}

function eucalyptus(pen: Pen): string {
  const green = mix(colours.sage, colours.forest, 0.35);
  const stems = [
    'M492 480C480 400 430 310 350 240',
    'M508 480C520 380 560 280 560 160',
    'M500 480C470 400 480 320 470 220',
  ];
  const sets: Growth[][] = [
    pairs(
      [
        { x: 470, y: 396 },
        { x: 440, y: 340 },
        { x: 402, y: 290 },
      ],
      -38,
      0.92,
    ),
    pairs(
      [
        { x: 522, y: 390 },
        { x: 543, y: 320 },
        { x: 556, y: 250 },
      ],
      12,
      0.92,
    ),
    pairs(
      [
        { x: 480, y: 370 },
        { x: 478, y: 310 },
      ],
      -4,
      0.7,
    ),
  ];
  const tips: Growth[] = [
    { x: 354, y: 244, degrees: -48, scale: 0.8 },
    { x: 560, y: 168, degrees: 2, scale: 0.78 },
    { x: 471, y: 228, degrees: -8, scale: 0.68 },
  ];
  return [2, 0, 1]
    .map((index) => {
      const tone = index === 2 ? shade(green, 0.18) : green;
      const tip = tips[index];
      return (
        stroke(stems[index] ?? '', shade(green, 0.35), 7) +
        foliage([...(sets[index] ?? []), ...(tip ? [tip] : [])], () => roundLeaf(pen, tone))
      );
    })
    .join('');
}

/** Two leaves, left and right of the stem, at each of the points. */
function pairs(points: readonly { x: number; y: number }[], lean: number, scale: number): Growth[] {
  return points.flatMap(({ x, y }, index) => [
    { x, y, degrees: lean - 58, scale: scale - index * 0.08 },
    { x, y, degrees: lean + 58, scale: scale - index * 0.08 },
  ]);
}

function pampas(pen: Pen): string {
  // Fine hairs on both sides of the stem, longest in the middle.
  const plume = (length: number): string =>
    pen.blur(
      3,
      path(
        `M0 10C-34 -40 -34 ${-length * 0.6} -2 ${-length}C34 ${-length * 0.62} 34 -44 0 10Z`,
        pen.diagonal(tint(colours.sand, 0.4), colours.sand),
      ),
    ) +
    repeat(34, (index) => {
      const side = index % 2 === 0 ? -1 : 1;
      const along = index / 34;
      const reach = side * (14 + Math.sin(along * Math.PI) * 30);
      const y = 14 - along * length * 0.86;
      const tone =
        index % 3 === 0
          ? tint(colours.sand, 0.6)
          : index % 3 === 1
            ? colours.sand
            : mix(colours.sand, colours.oak, 0.5);
      return stroke(
        `M0 ${number(y)}Q${number(reach * 0.7)} ${number(y - 16)} ${number(reach)} ${number(y - 46)}`,
        tone,
        5,
      );
    }) +
    stroke(`M0 10V${number(-length * 0.92)}`, mix(colours.sand, colours.oak, 0.5), 4);
  return (
    stroke('M520 480C560 400 620 350 660 320', colours.oak, 6) +
    stroke('M512 480C560 420 610 300 616 230', shade(colours.oak, 0.1), 5) +
    placed(612, 262, 6, 1, plume(150)) +
    placed(640, 336, 46, 1, plume(170))
  );
}
