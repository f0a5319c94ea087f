/* SPDX-License-Identifier: MIT */
/*
 * States a split driver's ends go through, each in its own "state" node. Reference: io/xenbus.h.
 */
#ifndef ABI_IO_XENBUS_H
#define ABI_IO_XENBUS_H

#ifndef __ASSEMBLER__

typedef enum xenbus_state {
    XenbusStateUnknown = 0,
    XenbusStateInitialising = 1,
    XenbusStateInitWait = 2,    /* the backend waits for the frontend's rings */
    XenbusStateInitialised = 3, /* the frontend's rings are in the store */
    XenbusStateConnected = 4,
    XenbusStateClosing = 5,
    XenbusStateClosed = 6,
    XenbusStateReconfiguring = 7,
    XenbusStateReconfigured = 8
} XenbusState;

#endif /* __ASSEMBLER__ */

#endif
