/* SPDX-License-Identifier: MIT */
#ifndef GUESTKIT_PAGE_SIZE_H
#define GUESTKIT_PAGE_SIZE_H

#define PAGE_BYTES 4096u

#endif
