#include "train.h"

#include <math.h>

/* How little a single text is trusted; chosen with the shares of the score. */
#define RIDGE .4f

static float dot(const float *x, const float *y, size_t n)
{
    float sum[4] = { 0 }; /* four at a time, in an order that never changes */
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        sum[0] += x[i] * y[i];
        sum[1] += x[i + 1] * y[i + 1];
        sum[2] += x[i + 2] * y[i + 2];
        sum[3] += x[i + 3] * y[i + 3];
    }
    for (; i < n; i++) {
        sum[0] += x[i] * y[i];
    }
    return sum[0] + sum[1] + sum[2] + sum[3];
}

/* Cholesky: the lower triangle of g becomes L with L L' = g. */
static void factorise(float *g, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            float rest = g[i * n + j] - dot(g + i * n, g + j * n, j);
            g[i * n + j] = i == j ? sqrtf(rest) : rest / g[j * n + j];
        }
    }
}

/* Solves L L' x = x for each of the columns of x at once. */
static void solve(const float *l, size_t n, float *x, size_t columns)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            for (size_t c = 0; c < columns; c++) {
                x[i * columns + c] -= l[i * n + j] * x[j * columns + c];
            }
        }
        for (size_t c = 0; c < columns; c++) {
            x[i * columns + c] /= l[i * n + i];
        }
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t c = 0; c < columns; c++) {
            x[i * columns + c] /= l[i * n + i];
        }
        for (size_t j = 0; j < i; j++) {
            for (size_t c = 0; c < columns; c++) {
                x[j * columns + c] -= l[i * n + j] * x[i * columns + c];
            }
        }
    }
}

float *train_cards(struct arena *a, float *gram, size_t n, const uint32_t *card_of, size_t cards)
{
    float *weights = arena_array(a, float, n *cards);
    float *texts = arena_array(a, float, cards);
    for (size_t i = 0; i < n; i++) {
        texts[card_of[i]]++;
        weights[i * cards + card_of[i]] = 1;
    }
    for (size_t i = 0; i < n; i++) {
        gram[i * n + i] += RIDGE * texts[card_of[i]] * (float)cards / (float)n;
    }
    factorise(gram, n);
    solve(gram, n, weights, cards);
    return weights;
}
