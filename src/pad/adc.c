#include "soothe/adc.h"

#include <errno.h>

static const struct {
    int error;
    const char *advice;
} advices[] = {
    {EINVAL,    "the ADC's driver holds on to an old error: bind it anew (unbind, then bind in its directory under "
             "/sys/bus/i2c/drivers), or restart the machine"                },
    {EREMOTEIO, "the ADC does not answer: look at its wires, its supply and its address"},
    {ENXIO,     "the ADC does not answer: look at its wires, its supply and its address"},
    {ETIMEDOUT, "the bus hangs: look for a short or a loose wire on SDA and SCL"        },
    {ENODEV,    "the ADC has gone: look at its wires and at its overlay in config.txt"  },
    {EBUSY,     "something else reads the ADC"                                          },
    {ERANGE,    "the ADC's range or reference does not fit the divider's supply"        },
    {EBADMSG,   "the ADC's driver answers something that is no number"                  },
};

const char *adc_advice(int error)
{
    for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++) {
        if (advices[i].error == error) {
            return advices[i].advice;
        }
    }
    return "";
}
