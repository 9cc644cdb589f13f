/* The macroblocks of a band that are painted otherwise than before, coded as one slice: the same bits as
 * `differences.py` gives, which explains them, in a twentieth of the time. Tables come from there.
 * Source: ISO/IEC 14496-10, 7.3.4, 7.3.5, 8.5 and 9.2. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if FLT_EVAL_METHOD != 0
#error "rounding would differ from that of numpy's float32"
#endif

#ifndef MARK
#define MARK ""
#endif
const char *const mark = MARK; /* which text this was built from */

enum { BLOCKS = 26, CHROMA_DC = 4, ESCAPE = 15 };

typedef struct {
    const float *steps;    /* 16, zigzag: from coefficients to levels */
    const int32_t *scales; /* 16, zigzag: from levels to coefficients */
    float dc_step;
} Quantiser;

typedef struct {
    const int64_t *lengths, *codes;
    int64_t columns;
} Table;

typedef struct {
    Quantiser luma, chroma;
    float rounding;
    const int64_t *zigzag, *scan, *contexts, *patterns;
    Table tokens, zeros, chroma_zeros, runs;
} Setup;

typedef struct {
    uint8_t *painted[3], *before[3], *shown[3];
    int64_t columns, rows;
} Band;

typedef struct {
    uint8_t *next, *end;
    uint64_t held;
    int count; /* bits in `held`, under 32 between calls */
} Writer;

static void put(Writer *w, uint64_t code, int length)
{
    w->held = w->held << length | code;
    w->count += length;
    if (w->count >= 32) {
        w->count -= 32;
        uint32_t word = (uint32_t)(w->held >> w->count);
        for (int shift = 24; shift >= 0; shift -= 8)
            *w->next++ = (uint8_t)(word >> shift);
    }
}

static void put_row(Writer *w, const Table *table, int row, int column)
{
    put(w, (uint64_t)table->codes[row * table->columns + column], (int)table->lengths[row * table->columns + column]);
}

static void put_golomb(Writer *w, uint32_t value)
{
    int bits = 0;
    while ((value + 1) >> (bits + 1))
        bits++;
    put(w, value + 1, 2 * bits + 1);
}

static void put_level(Writer *w, int value, int is_first_large, int *suffix)
{
    int number = 2 * abs(value) - 2 + (value < 0) - (is_first_large ? 2 : 0);
    int bits = *suffix;
    if (!bits && number < 14)
        put(w, 1, number + 1);
    else if (!bits && number < 30)
        put(w, 1u << 4 | (uint32_t)(number - 14), 14 + 1 + 4);
    else if (!bits)
        put(w, 1u << 12 | (uint32_t)(number - 30), ESCAPE + 1 + 12);
    else if (number < ESCAPE << bits)
        put(w, 1u << bits | (uint32_t)(number & ((1 << bits) - 1)), (number >> bits) + 1 + bits);
    else
        put(w, 1u << 12 | (uint32_t)(number - (ESCAPE << bits)), ESCAPE + 1 + 12);
    bits = bits ? bits : 1;
    *suffix = bits + (abs(value) > 3 << (bits - 1) && bits < 6);
}

static void put_block(Writer *w, const Setup *s, const int16_t *levels, int context, int length)
{
    int value[16], place[16], total = 0, ones = 0;
    for (int i = length - 1; i >= 0; i--)
        if (levels[i]) {
            value[total] = levels[i];
            place[total++] = i;
        }
    while (ones < total && ones < 3 && abs(value[ones]) == 1)
        ones++;
    put_row(w, &s->tokens, context, 4 * total + ones);
    if (!total)
        return;
    for (int i = 0; i < ones; i++)
        put(w, value[i] < 0, 1);
    int suffix = total > 10 && ones < 3;
    for (int i = ones; i < total; i++)
        put_level(w, value[i], i == ones && ones < 3, &suffix);
    if (total < length)
        put_row(w, context == CHROMA_DC ? &s->chroma_zeros : &s->zeros, total, place[0] + 1 - total);
    for (int i = 0; i + 1 < total; i++) {
        int left = place[i] - (total - 1 - i);
        if (left)
            put_row(w, &s->runs, left < 7 ? left : 7, place[i] - place[i + 1] - 1);
    }
}

static int level_of(int coefficient, float step, float rounding)
{
    float level = (float)coefficient * step;
    return (int)(level + copysignf(rounding, level));
}

/* The coefficients of what is painted less what is shown, by rows. */
static void transform(const uint8_t *painted, const uint8_t *shown, int64_t stride, int *out)
{
    int t[16];
    for (int y = 0; y < 4; y++, painted += stride, shown += stride) {
        int a = painted[0] - shown[0], b = painted[1] - shown[1], c = painted[2] - shown[2], d = painted[3] - shown[3];
        int sum = a + d, inner = b + c, outer = a - d, middle = b - c;
        t[4 * y] = sum + inner;
        t[4 * y + 1] = 2 * outer + middle;
        t[4 * y + 2] = sum - inner;
        t[4 * y + 3] = outer - 2 * middle;
    }
    for (int x = 0; x < 4; x++) {
        int sum = t[x] + t[12 + x], inner = t[4 + x] + t[8 + x], outer = t[x] - t[12 + x], middle = t[4 + x] - t[8 + x];
        out[x] = sum + inner;
        out[4 + x] = 2 * outer + middle;
        out[8 + x] = sum - inner;
        out[12 + x] = outer - 2 * middle;
    }
}

/* Adds to what is shown what a decoder adds for coefficients by rows. */
static void show(const int *found, uint8_t *shown, int64_t stride)
{
    int t[16];
    for (int y = 0; y < 4; y++) {
        const int *r = found + 4 * y;
        int even = r[0] + r[2], odd = r[0] - r[2], small = (r[1] >> 1) - r[3], large = r[1] + (r[3] >> 1);
        t[4 * y] = even + large;
        t[4 * y + 1] = odd + small;
        t[4 * y + 2] = odd - small;
        t[4 * y + 3] = even - large;
    }
    for (int x = 0; x < 4; x++) {
        const int *r = t + x;
        int even = r[0] + r[8], odd = r[0] - r[8], small = (r[4] >> 1) - r[12], large = r[4] + (r[12] >> 1);
        int added[4] = {even + large, odd + small, odd - small, even - large};
        for (int y = 0; y < 4; y++) {
            int value = shown[y * stride + x] + ((added[y] + 32) >> 6);
            shown[y * stride + x] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
    }
}

static int is_same(const uint8_t *one, const uint8_t *other, int64_t stride, int size)
{
    uint64_t differ = 0;
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x += 8) {
            uint64_t a, b;
            memcpy(&a, one + y * stride + x, 8);
            memcpy(&b, other + y * stride + x, 8);
            differ |= a ^ b;
        }
    return !differ;
}

static int quantise_luma(const Setup *s, const Band *b, int64_t at, int16_t (*levels)[16])
{
    int64_t stride = b->columns * 16;
    int pattern = 0;
    for (int block = 0; block < 16; block++) {
        int64_t place = at + s->scan[block] / 4 * 4 * stride + s->scan[block] % 4 * 4;
        int found[16], any = 0;
        transform(b->painted[0] + place, b->shown[0] + place, stride, found);
        for (int i = 0; i < 16; i++) {
            int level = level_of(found[s->zigzag[i]], s->luma.steps[i], s->rounding);
            levels[block][i] = (int16_t)level;
            found[s->zigzag[i]] = level * s->luma.scales[i];
            any |= level;
        }
        if (any) {
            show(found, b->shown[0] + place, stride);
            pattern |= 1 << block / 4;
        }
    }
    return pattern;
}

static int quantise_chroma(const Setup *s, const Band *b, int plane, int64_t at, int16_t (*levels)[16])
{
    int64_t stride = b->columns * 8;
    int16_t(*dc)[16] = levels + 15 + plane, (*ac)[16] = levels + 14 + 4 * plane;
    int found[4][16], has_dc = 0, has_rest = 0;
    for (int block = 0; block < 4; block++) {
        int64_t place = at + block / 2 * 4 * stride + block % 2 * 4;
        transform(b->painted[plane] + place, b->shown[plane] + place, stride, found[block]);
    }
    int c0 = found[0][0], c1 = found[1][0], c2 = found[2][0], c3 = found[3][0];
    int sums[4] = {c0 + c1 + c2 + c3, c0 - c1 + c2 - c3, c0 + c1 - c2 - c3, c0 - c1 - c2 + c3};
    for (int i = 0; i < 4; i++)
        has_dc |= (*dc)[i] = (int16_t)level_of(sums[i], s->chroma.dc_step, s->rounding);
    int d0 = (*dc)[0], d1 = (*dc)[1], d2 = (*dc)[2], d3 = (*dc)[3];
    int means[4] = {d0 + d1 + d2 + d3, d0 - d1 + d2 - d3, d0 + d1 - d2 - d3, d0 - d1 - d2 + d3};
    for (int block = 0; block < 4; block++) {
        for (int i = 1; i < 16; i++) {
            int level = level_of(found[block][s->zigzag[i]], s->chroma.steps[i], s->rounding);
            ac[block][i - 1] = (int16_t)level;
            found[block][s->zigzag[i]] = level * s->chroma.scales[i];
            has_rest |= level;
        }
        found[block][0] = means[block] * s->chroma.scales[0] / 2;
        show(found[block], b->shown[plane] + at + block / 2 * 4 * stride + block % 2 * 4, stride);
    }
    return has_rest ? 2 : has_dc ? 1 : 0;
}

static int context_of(const Setup *s, const uint8_t *totals, int64_t columns, int64_t x, int64_t y)
{
    int left = x ? totals[y * columns + x - 1] : 0, above = y ? totals[(y - 1) * columns + x] : 0;
    return (int)s->contexts[x && y ? (left + above + 1) >> 1 : left + above];
}

/* `totals` has the number of levels of each block of luma, then of blue and red, by rows of the band. */
static void put_blocks(Writer *w, const Setup *s, const Band *b, int64_t row, int64_t column, int pattern,
                       int16_t (*levels)[16], uint8_t *totals)
{
    for (int block = 0; block < BLOCKS; block++) {
        int is_luma = block < 16, is_dc = !is_luma && block < 18, length = is_luma ? 16 : is_dc ? 4 : 15;
        if (is_luma ? !(pattern >> block / 4 & 1) : pattern < (is_dc ? 16 : 32))
            continue;
        if (is_dc) {
            put_block(w, s, levels[block], CHROMA_DC, 4);
            continue;
        }
        int place = is_luma ? (int)s->scan[block] : (block - 18) % 4, side = is_luma ? 4 : 2;
        uint8_t *plane = totals + (is_luma ? 0 : b->rows * b->columns * (block < 22 ? 16 : 20));
        int64_t x = column * side + place % side, y = row * side + place / side, columns = b->columns * side;
        put_block(w, s, levels[block], context_of(s, plane, columns, x, y), length);
        int total = 0;
        for (int i = 0; i < length; i++)
            total += levels[block][i] != 0;
        plane[y * columns + x] = (uint8_t)total;
    }
}

/* Codes a picture; returns its bits, the stop bit last, or -1 without memory or room in `out`. */
int64_t code_picture(const Setup *s, const Band *b, uint8_t *out, int64_t room)
{
    uint8_t *totals = calloc((size_t)(b->rows * b->columns), 24);
    if (!totals)
        return -1;
    Writer w = {out, out + room, 0, 0};
    uint32_t skipped = 0;
    for (int64_t row = 0; row < b->rows; row++)
        for (int64_t column = 0; column < b->columns; column++) {
            int64_t at[3] = {(row * b->columns * 16 + column) * 16, (row * b->columns * 8 + column) * 8};
            at[2] = at[1];
            int same = 1;
            for (int plane = 0; plane < 3 && same; plane++)
                same = is_same(b->painted[plane] + at[plane], b->before[plane] + at[plane],
                               b->columns * (plane ? 8 : 16), plane ? 8 : 16);
            int pattern = 0;
            int16_t levels[BLOCKS][16] = {{0}};
            if (!same) {
                for (int plane = 0; plane < 3; plane++) {
                    int size = plane ? 8 : 16;
                    for (int y = 0; y < size; y++)
                        memcpy(b->before[plane] + at[plane] + y * b->columns * size,
                               b->painted[plane] + at[plane] + y * b->columns * size, (size_t)size);
                }
                int blue = quantise_chroma(s, b, 1, at[1], levels), red = quantise_chroma(s, b, 2, at[2], levels);
                pattern = quantise_luma(s, b, at[0], levels) | (blue > red ? blue : red) << 4;
            }
            if (!pattern) {
                skipped++;
                continue;
            }
            if (w.end - w.next < 4096) {
                free(totals);
                return -1;
            }
            put_golomb(&w, skipped);
            skipped = 0;
            put(&w, 7, 3); /* P_L0_16x16, a vector of 0, 0 */
            put_golomb(&w, (uint32_t)s->patterns[pattern]);
            put(&w, 1, 1); /* the same QP */
            put_blocks(&w, s, b, row, column, pattern, levels, totals);
        }
    free(totals);
    if (skipped)
        put_golomb(&w, skipped);
    put(&w, 1, 1);
    int64_t bits = (w.next - out) * 8 + w.count;
    if (w.count)
        put(&w, 0, 32 - w.count);
    return bits;
}
