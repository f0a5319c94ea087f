// SPDX-License-Identifier: MIT
#include "traps/fpu.h"

#include "core/string.h"
#include "machine/fpu.h"
#include "memory/frame_alloc.h"
#include "traps/cpuid_features.h"

/* Offsets in an FXSAVE image, Intel SDM volume 1, table 10-2; the XSAVE header follows it (section 13.4.2). */
#define IMAGE_FCW 0u
#define IMAGE_MXCSR 24u
#define IMAGE_MXCSR_MASK 28u
#define IMAGE_XSTATE_BV FXSAVE_SIZE

#define FCW_INITIAL 0x037fu
#define MXCSR_INITIAL 0x1f80u
#define MXCSR_BITS_DEFAULT 0xffbfu /* when the processor does not say */

struct fpu_area {
    uint8_t image[1024] __attribute__((aligned(64)));
    uint32_t xcr0;
};
_Static_assert(sizeof(struct fpu_area) <= PAGE_SIZE, "one frame a vCPU");

static uint32_t mxcsr_bits; /* that the processor knows */

static void put16(uint8_t *image, unsigned offset, uint16_t value)
{
    memcpy(image + offset, &value, sizeof(value));
}

static void put32(uint8_t *image, unsigned offset, uint32_t value)
{
    memcpy(image + offset, &value, sizeof(value));
}

static uint32_t get32(const uint8_t *image, unsigned offset)
{
    uint32_t value;

    memcpy(&value, image + offset, sizeof(value));
    return value;
}

/* All components in their initial state; MXCSR is loaded from the image whatever the header says. */
static void set_initial(uint8_t *image)
{
    memset(image, 0, sizeof(((struct fpu_area *)0)->image));
    put16(image, IMAGE_FCW, FCW_INITIAL);
    put32(image, IMAGE_MXCSR, MXCSR_INITIAL);
}

void fpu_start(void)
{
    static uint8_t image[FXSAVE_SIZE]
        __attribute__((aligned(16))); /* ring 0 does not align its stacks to 16 */

    fpu_fxsave(image);
    mxcsr_bits = get32(image, IMAGE_MXCSR_MASK);
    if (!mxcsr_bits)
        mxcsr_bits = MXCSR_BITS_DEFAULT;
}

bool fpu_init(struct vcpu *v)
{
    mfn_t m = frame_alloc(0, 0);

    if (mfn_equal(m, MFN_NONE))
        return false;
    v->fpu = frame_map(m);
    v->fpu->xcr0 = XCR0_X87 | XCR0_SSE;
    set_initial(v->fpu->image);
    return true;
}

void fpu_free(struct vcpu *v)
{
    frame_free(frame_unmap(v->fpu), 0);
    v->fpu = NULL;
}

/* Every component is saved, whatever the guest's XCR0 says now: it may have used more before. */
void fpu_save(struct vcpu *v)
{
    uint32_t components = guest_xcr0_components();

    if (!components) {
        fpu_fxsave(v->fpu->image);
        return;
    }
    xcr0_write(components);
    fpu_xsave(v->fpu->image, components);
}

static bool load(const struct fpu_area *area, uint32_t components)
{
    if (!components)
        return fpu_fxrstor(area->image);
    xcr0_write(components);
    return fpu_xrstor(area->image, components);
}

void fpu_load(struct vcpu *v)
{
    uint32_t components = guest_xcr0_components();

    if (!load(v->fpu, components)) {
        set_initial(v->fpu->image);
        load(v->fpu, components);
    }
    if (components)
        xcr0_write(v->fpu->xcr0);
}

/* Reserved bits of MXCSR would make the load fault. */
void fpu_set_image(struct vcpu *v, const uint8_t image[FXSAVE_SIZE])
{
    set_initial(v->fpu->image);
    memcpy(v->fpu->image, image, FXSAVE_SIZE);
    put32(v->fpu->image, IMAGE_MXCSR, get32(image, IMAGE_MXCSR) & mxcsr_bits);
    put32(v->fpu->image, IMAGE_XSTATE_BV, XCR0_X87 | XCR0_SSE);
}

void fpu_get_image(const struct vcpu *v, uint8_t image[FXSAVE_SIZE])
{
    memcpy(image, v->fpu->image, FXSAVE_SIZE);
}

uint32_t fpu_xcr0(const struct vcpu *v)
{
    return v->fpu->xcr0;
}

bool fpu_set_xcr0(struct vcpu *v, uint64_t value)
{
    uint32_t components = guest_xcr0_components();

    if ((value & ~(uint64_t)components) || !(value & XCR0_X87) || ((value & XCR0_AVX) && !(value & XCR0_SSE)))
        return false;
    v->fpu->xcr0 = (uint32_t)value;
    xcr0_write(value);
    return true;
}
