/* The broker's password: from mqtt.password_file, or from the systemd credential mqtt-password. */
#ifndef SOOTHE_LINK_MQTT_SECRET_H
#define SOOTHE_LINK_MQTT_SECRET_H

#include <stddef.h>

#define MQTT_PASSWORD_MAX 1024 /* bytes, with the final NUL */

/* Read it anew: it may have been changed since the last connection. `file` "": $CREDENTIALS_DIRECTORY/mqtt-password
 * where that exists. One trailing line end is stripped.
 *
 * 1 and `password` filled; 0: there is none; or a negative errno with a sentence in `why`: that of open or read,
 * -EFBIG, -EINVAL for a file with a NUL byte or nothing in it. May block as long as the file system does. */
int mqtt_password(const char *file, char password[MQTT_PASSWORD_MAX], char *why, size_t size);

#endif
