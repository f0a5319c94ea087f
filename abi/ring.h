/* SPDX-License-Identifier: MIT */
/*
 * The ring that a split driver's two ends share: one page (or more) of requests and responses, each response
 * taking the place of a request. Reference: io/ring.h.
 *
 *        rsp_cons (front)      rsp_prod           req_cons (back)       req_prod
 *     ------|--- responses -------|--- being served -----|--- requests -----|------ free ---
 *
 * All indices run freely modulo 2^32; an index is masked only when an entry is looked up, so the size must be
 * a power of two. Each end keeps a private index of what it has prepared and publishes it with a write
 * barrier. An end that is about to sleep writes the index it wants to be woken at into req_event or
 * rsp_event, and must then look again. The other end is not trusted: copy an entry before looking at it, and
 * check its indices.
 *
 * These macros need xen_mb(), xen_rmb() and xen_wmb(), and memset(), from whoever uses them.
 */
#ifndef ABI_RING_H
#define ABI_RING_H

#include "types.h"

#ifndef __ASSEMBLER__

typedef uint32_t RING_IDX;

/* The largest power of two that is not above x, for constants. */
#define __RD2(_x) (((_x)&2) ? 2 : ((_x)&1))
#define __RD4(_x) (((_x)&0xc) ? __RD2((_x) >> 2) << 2 : __RD2(_x))
#define __RD8(_x) (((_x)&0xf0) ? __RD4((_x) >> 4) << 4 : __RD4(_x))
#define __RD16(_x) (((_x)&0xff00) ? __RD8((_x) >> 8) << 8 : __RD8(_x))
#define __RD32(_x) (((_x)&0xffff0000) ? __RD16((_x) >> 16) << 16 : __RD16(_x))

/* Entries of a ring in sz bytes: __CONST by the type's name, the other by a pointer to the shared ring. */
#define __CONST_RING_SIZE(_s, _sz)                                                                           \
    (__RD32(((_sz)-offsetof(struct _s##_sring, ring)) / sizeof(((struct _s##_sring *)0)->ring[0])))
#define __RING_SIZE(_s, _sz)                                                                                 \
    (__RD32(((_sz) - (uint32_t)((const char *)(_s)->ring - (const char *)(_s))) / sizeof((_s)->ring[0])))

/* struct name_sring is shared; struct name_front_ring and name_back_ring are each end's own. */
#define DEFINE_RING_TYPES(__name, __req_t, __rsp_t)                                                          \
    union __name##_sring_entry {                                                                             \
        __req_t req;                                                                                         \
        __rsp_t rsp;                                                                                         \
    };                                                                                                       \
    struct __name##_sring {                                                                                  \
        RING_IDX req_prod, req_event;                                                                        \
        RING_IDX rsp_prod, rsp_event;                                                                        \
        union {                                                                                              \
            struct {                                                                                         \
                uint8_t smartpoll_active;                                                                    \
            } netif;                                                                                         \
            struct {                                                                                         \
                uint8_t msg;                                                                                 \
            } tapif_user;                                                                                    \
            uint8_t pvt_pad[4];                                                                              \
        } pvt;                                                                                               \
        uint8_t __pad[44];                                                                                   \
        union __name##_sring_entry ring[1];                                                                  \
    };                                                                                                       \
    _Static_assert(offsetof(struct __name##_sring, ring) == 64, "a ring's entries start at 64");             \
    struct __name##_front_ring {                                                                             \
        RING_IDX req_prod_pvt;                                                                               \
        RING_IDX rsp_cons;                                                                                   \
        uint32_t nr_ents;                                                                                    \
        struct __name##_sring *sring;                                                                        \
    };                                                                                                       \
    struct __name##_back_ring {                                                                              \
        RING_IDX rsp_prod_pvt;                                                                               \
        RING_IDX req_cons;                                                                                   \
        uint32_t nr_ents;                                                                                    \
        struct __name##_sring *sring;                                                                        \
    };                                                                                                       \
    typedef struct __name##_sring __name##_sring_t;                                                          \
    typedef struct __name##_front_ring __name##_front_ring_t;                                                \
    typedef struct __name##_back_ring __name##_back_ring_t

/* The frontend makes the shared ring empty. Both ask to be woken at the first entry. */
#define SHARED_RING_INIT(_s)                                                                                 \
    do {                                                                                                     \
        memset((_s), 0, offsetof(__typeof__(*(_s)), ring));                                                  \
        (_s)->req_event = 1;                                                                                 \
        (_s)->rsp_event = 1;                                                                                 \
    } while (0)

/* Take up a ring at index _i; 0 for a new one. */
#define FRONT_RING_ATTACH(_r, _s, _i, __size)                                                                \
    do {                                                                                                     \
        (_r)->nr_ents = __RING_SIZE(_s, __size);                                                             \
        (_r)->req_prod_pvt = (_i);                                                                           \
        (_r)->rsp_cons = (_i);                                                                               \
        (_r)->sring = (_s);                                                                                  \
    } while (0)
#define BACK_RING_ATTACH(_r, _s, _i, __size)                                                                 \
    do {                                                                                                     \
        (_r)->nr_ents = __RING_SIZE(_s, __size);                                                             \
        (_r)->rsp_prod_pvt = (_i);                                                                           \
        (_r)->req_cons = (_i);                                                                               \
        (_r)->sring = (_s);                                                                                  \
    } while (0)
#define FRONT_RING_INIT(_r, _s, __size) FRONT_RING_ATTACH(_r, _s, 0, __size)
#define BACK_RING_INIT(_r, _s, __size) BACK_RING_ATTACH(_r, _s, 0, __size)
#define XEN_FRONT_RING_INIT(r, s, size)                                                                      \
    do {                                                                                                     \
        SHARED_RING_INIT(s);                                                                                 \
        FRONT_RING_INIT(r, s, size);                                                                         \
    } while (0)

#define RING_SIZE(_r) ((_r)->nr_ents)

/* Frontend: room for more requests. */
#define RING_FREE_REQUESTS(_r) (RING_SIZE(_r) + (_r)->rsp_cons - (_r)->req_prod_pvt)
#define RING_FULL(_r) (RING_FREE_REQUESTS(_r) == 0)

#define XEN_RING_NR_UNCONSUMED_RESPONSES(_r) ((_r)->sring->rsp_prod - (_r)->rsp_cons)

/* Backend: requests to take, but no more than there is room for responses to. */
#define XEN_RING_NR_UNCONSUMED_REQUESTS(_r)                                                                  \
    ({                                                                                                       \
        RING_IDX waiting_ = (_r)->sring->req_prod - (_r)->req_cons;                                          \
        RING_IDX room_ = RING_SIZE(_r) + (_r)->rsp_prod_pvt - (_r)->req_cons;                                \
        waiting_ < room_ ? waiting_ : room_;                                                                 \
    })
#define RING_HAS_UNCONSUMED_RESPONSES(_r) (XEN_RING_NR_UNCONSUMED_RESPONSES(_r) != 0)
#define RING_HAS_UNCONSUMED_REQUESTS(_r) (XEN_RING_NR_UNCONSUMED_REQUESTS(_r) != 0)

#define RING_GET_REQUEST(_r, _idx) (&(_r)->sring->ring[(_idx) & (RING_SIZE(_r) - 1)].req)
#define RING_GET_RESPONSE(_r, _idx) (&(_r)->sring->ring[(_idx) & (RING_SIZE(_r) - 1)].rsp)

/* Copy an entry once, so that the other end cannot change it after it was checked. */
#define RING_COPY_REQUEST(_r, _idx, _to)                                                                     \
    ((void)(*(_to) = *(volatile __typeof__(*(_to)) *)RING_GET_REQUEST(_r, _idx)))
#define RING_COPY_RESPONSE(_r, _idx, _to)                                                                    \
    ((void)(*(_to) = *(volatile __typeof__(*(_to)) *)RING_GET_RESPONSE(_r, _idx)))

/* The other end's index cannot be right: stop using the ring. */
#define RING_REQUEST_CONS_OVERFLOW(_r, _cons) ((_cons) - (_r)->rsp_prod_pvt >= RING_SIZE(_r))
#define RING_REQUEST_PROD_OVERFLOW(_r, _prod) ((_prod) - (_r)->rsp_prod_pvt > RING_SIZE(_r))
#define RING_RESPONSE_PROD_OVERFLOW(_r, _prod) ((_prod) - (_r)->rsp_cons > RING_SIZE(_r))

#define RING_PUSH_REQUESTS(_r)                                                                               \
    do {                                                                                                     \
        xen_wmb(); /* entries before the index */                                                            \
        (_r)->sring->req_prod = (_r)->req_prod_pvt;                                                          \
    } while (0)
#define RING_PUSH_RESPONSES(_r)                                                                              \
    do {                                                                                                     \
        xen_wmb(); /* entries before the index */                                                            \
        (_r)->sring->rsp_prod = (_r)->rsp_prod_pvt;                                                          \
    } while (0)

/* Publish, and find out whether the other end asked to be woken by one of these entries. */
#define RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(_r, _notify)                                                     \
    do {                                                                                                     \
        RING_IDX before_ = (_r)->sring->req_prod;                                                            \
        RING_PUSH_REQUESTS(_r);                                                                              \
        xen_mb(); /* the index before reading the event */                                                   \
        (_notify) = (RING_IDX)((_r)->req_prod_pvt - (_r)->sring->req_event) <                                \
                    (RING_IDX)((_r)->req_prod_pvt - before_);                                                \
    } while (0)
#define RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(_r, _notify)                                                    \
    do {                                                                                                     \
        RING_IDX before_ = (_r)->sring->rsp_prod;                                                            \
        RING_PUSH_RESPONSES(_r);                                                                             \
        xen_mb(); /* the index before reading the event */                                                   \
        (_notify) = (RING_IDX)((_r)->rsp_prod_pvt - (_r)->sring->rsp_event) <                                \
                    (RING_IDX)((_r)->rsp_prod_pvt - before_);                                                \
    } while (0)

/* Before sleeping: ask to be woken at the next entry, then look once more. */
#define RING_FINAL_CHECK_FOR_REQUESTS(_r, _work)                                                             \
    do {                                                                                                     \
        (_work) = RING_HAS_UNCONSUMED_REQUESTS(_r);                                                          \
        if (!(_work)) {                                                                                      \
            (_r)->sring->req_event = (_r)->req_cons + 1;                                                     \
            xen_mb(); /* the wish before the last look */                                                    \
            (_work) = RING_HAS_UNCONSUMED_REQUESTS(_r);                                                      \
        }                                                                                                    \
    } while (0)
#define RING_FINAL_CHECK_FOR_RESPONSES(_r, _work)                                                            \
    do {                                                                                                     \
        (_work) = RING_HAS_UNCONSUMED_RESPONSES(_r);                                                         \
        if (!(_work)) {                                                                                      \
            (_r)->sring->rsp_event = (_r)->rsp_cons + 1;                                                     \
            xen_mb(); /* the wish before the last look */                                                    \
            (_work) = RING_HAS_UNCONSUMED_RESPONSES(_r);                                                     \
        }                                                                                                    \
    } while (0)

#endif /* __ASSEMBLER__ */

#define XEN_PAGE_SHIFT 12

#endif
