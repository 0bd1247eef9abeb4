/* What ranking alone cannot see: which words tell the cards apart, learnt from all phrasings at once.
 * Weights live in the arena that was passed. */
#ifndef SEARCH_TRAIN_H
#define SEARCH_TRAIN_H

#include <stddef.h>
#include <stdint.h>

#include "learnd/arena.h"

/* Regularised least squares in kernel form (Rifkin and Lippert 2007, "Notes on regularized least squares"): one fit of
 * all cards by one factorisation, no steps, no seed. gram: n x n cosines of the texts, lower triangle; it is destroyed.
 * Each card weighs the same however many phrasings it has. Result: n rows of one weight a card; a question's value for
 * a card is the sum over texts of cosine * weight, near 1 for the right card and near 0 for the others. */
float *train_cards(struct arena *a, float *gram, size_t n, const uint32_t *card_of, size_t cards);

#endif
