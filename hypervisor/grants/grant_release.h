// SPDX-License-Identifier: MIT
/* Grants at the end of a domain. */
#ifndef RINGLET_GRANTS_GRANT_RELEASE_H
#define RINGLET_GRANTS_GRANT_RELEASE_H

#include "core/domain.h"

/* Gives back every grant that d has mapped. Page-table entries keep their own references. 0, or -ERESTART. */
int grants_release(struct domain *d);

/* Others still use a grant of d, or map a frame of its table. */
bool grants_are_held(const struct domain *d);

#endif
