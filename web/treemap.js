// Rectangles whose areas are amounts, as square as they can be (squarified treemap). Plain numbers, no elements.

/**
 * Lays `items` out in a rectangle. Each has `weight`; gives `[{ item, x, y, width, height }]` in the rectangle's units, the
 * heaviest first.
 */
export function squarify(items, { x, y, width, height }) {
  const rest = items.filter((item) => item.weight > 0).sort((one, other) => other.weight - one.weight);
  const sum = rest.reduce((all, item) => all + item.weight, 0);
  const scale = sum > 0 ? (width * height) / sum : 0;
  const placed = [];
  const room = { x, y, width, height };
  let at = 0;
  while (at < rest.length) {
    const side = Math.min(room.width, room.height);
    let count = 1;
    let area = rest[at].weight * scale;
    let worst = ratio(area, rest[at].weight * scale, rest[at].weight * scale, side);
    // A row takes the next item as long as that makes its tiles more square.
    while (at + count < rest.length) {
      const next = rest[at + count].weight * scale;
      const wider = ratio(area + next, rest[at].weight * scale, next, side);
      if (wider > worst) break;
      worst = wider;
      area += next;
      count += 1;
    }
    placeRow(rest.slice(at, at + count), area, scale, room, placed);
    at += count;
  }
  return placed;
}

/** The worst ratio of sides in a row of this area, from its largest and its smallest tile. */
function ratio(area, largest, smallest, side) {
  const square = area * area;
  return Math.max((side * side * largest) / square, square / (side * side * smallest));
}

function placeRow(row, area, scale, room, placed) {
  const isWide = room.width >= room.height;
  const side = isWide ? room.height : room.width;
  const depth = side > 0 ? area / side : 0;
  let along = isWide ? room.y : room.x;
  for (const item of row) {
    const length = depth > 0 ? (item.weight * scale) / depth : 0;
    placed.push(isWide
      ? { item, x: room.x, y: along, width: depth, height: length }
      : { item, x: along, y: room.y, width: length, height: depth });
    along += length;
  }
  if (isWide) {
    room.x += depth;
    room.width -= depth;
  } else {
    room.y += depth;
    room.height -= depth;
  }
}
