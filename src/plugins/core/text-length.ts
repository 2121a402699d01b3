/** Parts from which on the bill surprises: ten are what some operators take at most. */
export const MANY_PARTS = 10;
