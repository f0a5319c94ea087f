// SPDX-License-Identifier: MIT
/*
 * DEFLATE in one picture: a stream of bits, low bit of each byte first, holds blocks; a block is stored bytes, or
 * symbols in a Huffman code that is fixed or described at the block's start. A symbol is a literal byte, the end of
 * the block, or a length, after which a distance follows: copy `length` bytes from `distance` back.
 *
 * Running out of input or of output space sets a sticky error and every later step does nothing, so that loops need
 * one test. A Huffman code is canonical: codes of one length are consecutive, in the order of their symbols.
 */
#include "domain/inflate.h"

#include "core/string.h"
#include "core/types.h"

#define MAX_CODE_LENGTH 15
#define MAX_LITERALS 288
#define MAX_DISTANCES 32
#define FAST_BITS 10
#define END_OF_BLOCK 256

struct huffman {
    uint16_t fast[1u << FAST_BITS];      /* by the next bits: symbol | length << 9; 0: longer, or no code */
    uint16_t count[MAX_CODE_LENGTH + 1]; /* codes of each length */
    uint16_t symbols[MAX_LITERALS];      /* in the order of their codes */
};

struct stream {
    const uint8_t *in, *in_end;
    uint8_t *out, *out_start, *out_end;
    uint32_t bits; /* read but not used, low bit next */
    unsigned bit_count;
    bool failed;
};

static struct huffman literals, distances;

/* RFC 1951, section 3.2.5. */
static const uint16_t length_base[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                         31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_extra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                         2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t distance_base[30] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                           33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                           1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t distance_extra[30] = {0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
                                           6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

/* Makes at least 16 bits available where the input has them; past its end come zeroes. */
static void refill(struct stream *s)
{
    while (s->bit_count <= 24 && s->in < s->in_end) {
        s->bits |= (uint32_t)*s->in++ << s->bit_count;
        s->bit_count += 8;
    }
}

static void drop_bits(struct stream *s, unsigned n)
{
    if (n > s->bit_count) {
        s->failed = true;
        return;
    }
    s->bits >>= n;
    s->bit_count -= n;
}

static uint32_t take_bits(struct stream *s, unsigned n)
{
    uint32_t value;

    refill(s);
    value = s->bits & ((1u << n) - 1);
    drop_bits(s, n);
    return value;
}

static uint32_t reverse_bits(uint32_t code, unsigned length)
{
    uint32_t reversed = 0;

    for (; length; length--, code >>= 1)
        reversed = reversed << 1 | (code & 1);
    return reversed;
}

static void fill_fast(struct huffman *h, uint32_t code, unsigned length, uint16_t symbol)
{
    for (uint32_t i = reverse_bits(code, length); i < 1u << FAST_BITS; i += 1u << length)
        h->fast[i] = (uint16_t)(symbol | length << 9);
}

/* Builds the code from the length of each symbol's code. False when more codes are claimed than there can be. */
static bool huffman_build(struct huffman *h, const uint8_t *lengths, unsigned n)
{
    uint16_t place[MAX_CODE_LENGTH + 2] = {0};
    uint32_t next[MAX_CODE_LENGTH + 2] = {0};
    int32_t left = 1;

    memset(h, 0, sizeof(*h));
    for (unsigned i = 0; i < n; i++)
        h->count[lengths[i]]++;
    h->count[0] = 0;
    for (unsigned length = 1; length <= MAX_CODE_LENGTH; length++) {
        left = left * 2 - h->count[length];
        if (left < 0)
            return false;
        place[length + 1] = (uint16_t)(place[length] + h->count[length]);
        next[length + 1] = (next[length] + h->count[length]) << 1;
    }
    for (unsigned i = 0; i < n; i++) {
        unsigned length = lengths[i];

        if (!length)
            continue;
        h->symbols[place[length]++] = (uint16_t)i;
        if (length <= FAST_BITS)
            fill_fast(h, next[length], length, (uint16_t)i);
        next[length]++;
    }
    return true;
}

/* A code longer than FAST_BITS, one bit at a time. */
static unsigned take_long_symbol(struct stream *s, const struct huffman *h)
{
    int32_t code = 0, first = 0, index = 0;

    for (unsigned length = 1; length <= MAX_CODE_LENGTH; length++) {
        code |= (int32_t)(s->bits >> (length - 1) & 1);
        if (code - first < h->count[length]) {
            drop_bits(s, length);
            return h->symbols[index + code - first];
        }
        index += h->count[length];
        first = (first + h->count[length]) << 1;
        code <<= 1;
    }
    s->failed = true;
    return END_OF_BLOCK;
}

static unsigned take_symbol(struct stream *s, const struct huffman *h)
{
    uint16_t fast;

    refill(s);
    fast = h->fast[s->bits & ((1u << FAST_BITS) - 1)];
    if (!fast)
        return take_long_symbol(s, h);
    drop_bits(s, fast >> 9);
    return fast & 511;
}

static void put_byte(struct stream *s, uint8_t byte)
{
    if (s->out == s->out_end)
        s->failed = true;
    else
        *s->out++ = byte;
}

static void copy_back(struct stream *s, uint32_t length, uint32_t distance)
{
    if (distance > (uint64_t)(s->out - s->out_start) || length > (uint64_t)(s->out_end - s->out)) {
        s->failed = true;
        return;
    }
    /* Byte by byte, because the two may overlap: that is how runs are written. */
    for (; length; length--, s->out++)
        *s->out = *(s->out - distance);
}

static void expand_match(struct stream *s, unsigned symbol)
{
    uint32_t length, code;

    if (symbol - 257 >= ARRAY_SIZE(length_base)) {
        s->failed = true;
        return;
    }
    length = length_base[symbol - 257] + take_bits(s, length_extra[symbol - 257]);
    code = take_symbol(s, &distances);
    if (code >= ARRAY_SIZE(distance_base)) {
        s->failed = true;
        return;
    }
    copy_back(s, length, distance_base[code] + take_bits(s, distance_extra[code]));
}

static void expand_symbols(struct stream *s)
{
    while (!s->failed) {
        unsigned symbol = take_symbol(s, &literals);

        if (symbol < END_OF_BLOCK)
            put_byte(s, (uint8_t)symbol);
        else if (symbol == END_OF_BLOCK)
            return;
        else
            expand_match(s, symbol);
    }
}

static void expand_stored(struct stream *s)
{
    uint32_t length, complement;

    drop_bits(s, s->bit_count % 8);
    length = take_bits(s, 16);
    complement = take_bits(s, 16);
    if (length != (complement ^ 0xffff))
        s->failed = true;
    for (; length && !s->failed; length--)
        put_byte(s, (uint8_t)take_bits(s, 8));
}

static void use_fixed_code(void)
{
    uint8_t lengths[MAX_LITERALS];

    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 112);
    memset(lengths + 256, 7, 24);
    memset(lengths + 280, 8, 8);
    huffman_build(&literals, lengths, MAX_LITERALS);
    memset(lengths, 5, 30);
    huffman_build(&distances, lengths, 30);
}

/* Lengths of codes are themselves compressed: 16 repeats the last, 17 and 18 are runs of zeroes. */
static void take_lengths(struct stream *s, uint8_t *lengths, unsigned n)
{
    unsigned i = 0;

    while (i < n && !s->failed) {
        unsigned symbol = take_symbol(s, &literals), repeat = 1;
        uint8_t value = 0;

        if (symbol < 16)
            value = (uint8_t)symbol;
        else if (symbol == 16 && i > 0)
            value = lengths[i - 1], repeat = 3 + take_bits(s, 2);
        else if (symbol == 17)
            repeat = 3 + take_bits(s, 3);
        else if (symbol == 18)
            repeat = 11 + take_bits(s, 7);
        else
            s->failed = true;
        if (repeat > n - i)
            s->failed = true;
        for (; repeat && !s->failed; repeat--)
            lengths[i++] = value;
    }
}

static void read_dynamic_code(struct stream *s)
{
    static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[MAX_LITERALS + MAX_DISTANCES] = {0};
    unsigned literal_count = 257 + take_bits(s, 5), distance_count = 1 + take_bits(s, 5);
    unsigned length_count = 4 + take_bits(s, 4);

    if (literal_count > MAX_LITERALS)
        s->failed = true;
    for (unsigned i = 0; i < length_count; i++)
        lengths[order[i]] = (uint8_t)take_bits(s, 3);
    if (s->failed || !huffman_build(&literals, lengths, ARRAY_SIZE(order))) {
        s->failed = true;
        return;
    }
    memset(lengths, 0, sizeof(lengths));
    take_lengths(s, lengths, literal_count + distance_count);
    if (s->failed || !lengths[END_OF_BLOCK] || !huffman_build(&literals, lengths, literal_count) ||
        !huffman_build(&distances, lengths + literal_count, distance_count))
        s->failed = true;
}

static void expand_block(struct stream *s, unsigned kind)
{
    if (kind == 0) {
        expand_stored(s);
        return;
    }
    if (kind == 1)
        use_fixed_code();
    else if (kind == 2)
        read_dynamic_code(s);
    else
        s->failed = true;
    expand_symbols(s);
}

static uint32_t crc32(const uint8_t *bytes, uint64_t n)
{
    uint32_t crc = ~0u, table[16];

    for (uint32_t i = 0; i < ARRAY_SIZE(table); i++) {
        table[i] = i;
        for (unsigned bit = 0; bit < 4; bit++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0);
    }
    for (; n; n--, bytes++) {
        crc = crc >> 4 ^ table[(crc ^ *bytes) & 15];
        crc = crc >> 4 ^ table[(crc ^ (uint32_t)(*bytes >> 4)) & 15];
    }
    return ~crc;
}

static uint32_t little_endian32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

#define GZIP_HEADER 10u
#define GZIP_TRAILER 8u
#define GZIP_HCRC 2u
#define GZIP_EXTRA 4u
#define GZIP_NAME 8u
#define GZIP_COMMENT 16u

bool gzip_is(const void *data, uint64_t size)
{
    const uint8_t *p = data;

    return size >= 3 && p[0] == 0x1f && p[1] == 0x8b && p[2] == 8;
}

uint32_t gzip_expanded_size(const void *data, uint64_t size)
{
    if (!gzip_is(data, size) || size < GZIP_HEADER + GZIP_TRAILER)
        return 0;
    return little_endian32((const uint8_t *)data + size - 4);
}

static const uint8_t *skip_string(const uint8_t *p, const uint8_t *end)
{
    while (p < end && *p)
        p++;
    return p < end ? p + 1 : NULL;
}

/* The first byte of DEFLATE data, or NULL. `end` is where the trailer begins. */
static const uint8_t *skip_header(const uint8_t *p, const uint8_t *end)
{
    uint8_t flags = p[3];

    p += GZIP_HEADER;
    if (flags & GZIP_EXTRA) {
        if (end - p < 2 || end - p - 2 < (p[0] | p[1] << 8))
            return NULL;
        p += 2 + (p[0] | p[1] << 8);
    }
    if (flags & GZIP_NAME)
        p = skip_string(p, end);
    if (p && (flags & GZIP_COMMENT))
        p = skip_string(p, end);
    if (p && (flags & GZIP_HCRC))
        p = end - p < 2 ? NULL : p + 2;
    return p;
}

const char *gzip_expand(void *out, uint64_t out_size, const void *data, uint64_t size)
{
    const uint8_t *end = (const uint8_t *)data + size - GZIP_TRAILER, *start;
    struct stream s = {.in_end = end, .out = out, .out_start = out, .out_end = (uint8_t *)out + out_size};
    bool last = false;

    if (!gzip_is(data, size) || size < GZIP_HEADER + GZIP_TRAILER || !(start = skip_header(data, end)))
        return "the gzip file's header is damaged or cut short; compress the kernel again";
    for (s.in = start; !last && !s.failed;) {
        last = take_bits(&s, 1);
        expand_block(&s, take_bits(&s, 2));
    }
    if (s.failed)
        return "the gzip file's data is damaged or cut short; compress the kernel again";
    if (s.out != s.out_end || little_endian32(end + 4) != (uint32_t)out_size)
        return "the gzip file expands to another length than it says; compress the kernel again";
    if (crc32(out, out_size) != little_endian32(end))
        return "the gzip file's checksum is wrong; compress the kernel again";
    return NULL;
}
