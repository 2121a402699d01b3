import { piecesWithoutAccents } from '../../message/message.ts';
import type { OpUse, Piece } from '../../plugin/plugin.ts';

/** Parts from which on the bill surprises: ten are what some operators take at most. */
export const MANY_PARTS = 10;

/** The pieces of a text as they go out: with their accents where it is not certain that they lose them. */
export function asSaid(pieces: readonly Piece[], use: OpUse): readonly Piece[] {
  const { accents, resource } = use.args;
  const said = accents && accents.literal !== null ? accents.literal !== false : undefined;
  const isKept = said ?? (typeof resource?.literal !== 'string' || use.hasAccents(resource.literal));
  return isKept ? pieces : piecesWithoutAccents(pieces);
}

/** The parts that the provider of the op's resource takes at most; without end where it does not say. */
export function mostPartsOf(use: OpUse): number {
  const mid = use.args['resource']?.literal;
  return (typeof mid === 'string' ? use.texts(mid)?.mostParts : undefined) ?? Number.POSITIVE_INFINITY;
}
