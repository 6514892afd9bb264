#include "offline.h"

#include <stdlib.h>

struct config *offline_config(const char *path)
{
    struct config *config = calloc(1, sizeof *config);
    struct config_errors *errors = calloc(1, sizeof *errors);
    if (config && errors && config_load(path, config, errors) < 0) {
        config_errors_print(errors, path, stderr);
        free(config);
        config = NULL;
    } else if (!errors) {
        free(config);
        config = NULL;
    }
    free(errors);
    return config;
}
