{{/* SPDX-License-Identifier: Apache-2.0 */}}

{{/* What the schema cannot say. Each text tells what is wrong, what would come of it, and what to do. */}}
{{- define "millhand.checks" -}}
{{- include "millhand.checkRedis" . -}}
{{- if .Values.worker.enabled -}}
{{- include "millhand.checkWorker" . -}}
{{- include "millhand.checkHandler" . -}}
{{- include "millhand.checkAutoscaling" . -}}
{{- include "millhand.checkPolicy" . -}}
{{- end -}}
{{- include "millhand.checkServe" . -}}
{{- include "millhand.checkOwner" . -}}
{{- end }}

{{- define "millhand.checkRedis" -}}
{{- $redis := .Values.redis -}}
{{- if not (or $redis.url $redis.urlSecret.name) -}}
{{- fail "redis.url (or redis.urlSecret.name) is missing: say which Redis, as redis://host:port" -}}
{{- end -}}
{{- if and $redis.url $redis.urlSecret.name -}}
{{- fail "redis.url and redis.urlSecret.name are both there: which Redis is meant? Leave one of them out" -}}
{{- end -}}
{{- if regexMatch "^[a-z-]+://.*:.*@" $redis.url -}}
{{- fail "redis.url holds a password, which everybody who may read the Deployment would see: put it in a Secret and name it in redis.passwordSecret" -}}
{{- end -}}
{{- with $redis.url -}}
{{- include "millhand.checkAddress" (dict "name" "redis.url" "url" .) -}}
{{- end -}}
{{- if and $redis.url (not (include "millhand.asksSentinels" .)) (or $redis.sentinel.username $redis.sentinel.passwordSecret.name) -}}
{{- fail "redis.sentinel is for an address that begins with redis-sentinel:// (rediss-sentinel://), which redis.url does not: nothing of it would be used. What the servers with the data ask for stands in redis.username and redis.passwordSecret" -}}
{{- end -}}
{{- with $redis.tlsSecret -}}
{{- if and .name $redis.url (not (hasPrefix "rediss" $redis.url)) -}}
{{- fail "redis.tlsSecret is for a Redis that speaks TLS, but redis.url does not begin with rediss:// (rediss-sentinel://, rediss-cluster://): the processes would not start. Change one of them" -}}
{{- end -}}
{{- if and .name (not .ca) (not .certificate) -}}
{{- fail "redis.tlsSecret has neither ca nor certificate: nothing of it would be used. Name the keys of the Secret, or leave its name out" -}}
{{- end -}}
{{- if ne (empty .certificate) (empty .key) -}}
{{- fail "redis.tlsSecret.certificate and redis.tlsSecret.key need each other: name both keys of the Secret, or neither" -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* What RedisUri refuses: no process would start. */}}
{{- define "millhand.checkAddress" -}}
{{- $parts := include "millhand.redisParts" (trim .url) | fromJson -}}
{{- range $parts.hosts -}}
{{- if not (regexMatch "^([^:]+|\\[.+\\]):[0-9]+$" .) -}}
{{- fail (printf "%s has a host that is none (%q): expected host:port, and a comma between several" $.name .) -}}
{{- end -}}
{{- $port := regexFind "[0-9]+$" . | int -}}
{{- if or (lt $port 1) (gt $port 65535) -}}
{{- fail (printf "%s has a port that is none (%q): expected 1 to 65535" $.name .) -}}
{{- end -}}
{{- end -}}
{{- if and (not $parts.kind) (gt (len $parts.hosts) 1) -}}
{{- fail (printf "%s has several hosts: for Sentinels it begins with redis-sentinel://, for a Cluster with redis-cluster://" .name) -}}
{{- end -}}
{{- if and (eq $parts.kind "sentinel") (not $parts.service) -}}
{{- fail (printf "%s names Sentinels, but no master: say by which name they know it, as in redis-sentinel://host:26379/mymaster" .name) -}}
{{- end -}}
{{- if not (regexMatch "^[0-9]+$" $parts.database) -}}
{{- fail (printf "%s has the database %q, which is no number" .name $parts.database) -}}
{{- end -}}
{{- if and (eq $parts.kind "cluster") (ne (int $parts.database) 0) -}}
{{- fail (printf "%s names a database of a Cluster, which has database 0 alone: leave it out" .name) -}}
{{- end -}}
{{- end }}

{{- define "millhand.checkWorker" -}}
{{- $worker := .Values.worker -}}
{{- if not $worker.stream -}}
{{- fail "worker.stream is missing: say which stream the workers read" -}}
{{- end -}}
{{- if and (contains "," $worker.stream) (ne $worker.handler.type "image") -}}
{{- fail (printf "worker.stream is %q: millhand work would take it for several streams, where serve and the autoscaler mean one. Install the chart once for each stream; a stream that is really called so needs a handler of type image" $worker.stream) -}}
{{- end -}}
{{- if not $worker.group -}}
{{- fail "worker.group is missing: say which group the workers belong to" -}}
{{- end -}}
{{- $margin := ternary 10 5 (eq $worker.handler.type "pipe") -}}
{{- if lt (int $worker.terminationGracePeriodSeconds) (add (int $worker.drainTimeoutSeconds) $margin | int) -}}
{{- fail (printf "worker.terminationGracePeriodSeconds is %v, but a drain takes up to %v s (worker.drainTimeoutSeconds) and %v s more to hand back the rest: Kubernetes would kill the worker in the middle. Set it to %v or more" $worker.terminationGracePeriodSeconds $worker.drainTimeoutSeconds $margin (add (int $worker.drainTimeoutSeconds) $margin)) -}}
{{- end -}}
{{- end }}

{{- define "millhand.checkHandler" -}}
{{- $handler := .Values.worker.handler -}}
{{- if and $handler.container (ne $handler.type "http") -}}
{{- fail (printf "worker.handler.container is your container beside ours, which only http can call; worker.handler.type is %s" $handler.type) -}}
{{- end -}}
{{- if and (has $handler.type (list "exec" "pipe")) (not $handler.command) -}}
{{- fail (printf "worker.handler.command is missing: say what %s runs" $handler.type) -}}
{{- end -}}
{{- if and (eq $handler.type "class") (not $handler.class) -}}
{{- fail "worker.handler.class is missing: say which class handles entries" -}}
{{- end -}}
{{- if and (eq $handler.type "image") (not $handler.image.repository) -}}
{{- fail "worker.handler.image.repository is missing: type image runs your own image" -}}
{{- end -}}
{{- if and $handler.image.repository (not (or $handler.image.tag $handler.image.digest)) -}}
{{- fail "worker.handler.image needs a tag or a digest: latest is whatever a node has found last" -}}
{{- end -}}
{{- if or (eq $handler.image.tag "latest") (eq .Values.image.tag "latest") -}}
{{- fail "an image with the tag latest is whatever a node has found last, and a roll-back does not bring the old one back: name a version or a digest" -}}
{{- end -}}
{{- if $handler.container -}}
{{- range list "image" "startupProbe" "resources" -}}
{{- if not (index $handler.container .) -}}
{{- fail (printf "worker.handler.container.%s is missing%s" . (ternary ": without it the worker calls before your container listens" "" (eq . "startupProbe"))) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "millhand.checkAutoscaling" -}}
{{- $scaling := .Values.autoscaling -}}
{{- if ne $scaling.mode "none" -}}
{{- if lt (int $scaling.maxReplicas) (max 1 (int $scaling.minReplicas)) -}}
{{- fail (printf "autoscaling.maxReplicas (%v) is below autoscaling.minReplicas (%v)" $scaling.maxReplicas $scaling.minReplicas) -}}
{{- end -}}
{{- if and (eq (int $scaling.minReplicas) 0) (ne $scaling.mode "keda-external") -}}
{{- fail (printf "autoscaling.minReplicas is 0, but in mode %s nobody would wake the first worker for sure: a HorizontalPodAutoscaler does not start from zero, and KEDA's own scaler does not see a backlog whose lag Redis does not know. Set it to 1, or use keda-external" $scaling.mode) -}}
{{- end -}}
{{- end -}}
{{- range $name := list "stream" "group" -}}
{{- $value := index $.Values.worker $name -}}
{{- if and (eq $scaling.mode "external-metrics") (not (include "millhand.label" $value)) -}}
{{- fail (printf "worker.%s is %q, of which nothing is left in a label (letters, digits, - _ . inside), so that a HorizontalPodAutoscaler cannot ask for it: use autoscaling.mode keda-external" $name $value) -}}
{{- end -}}
{{- if and $.Values.serve.enabled (has $scaling.mode (list "external-metrics" "keda-external")) (regexMatch "\\s$" $value) -}}
{{- fail (printf "worker.%s is %q: white space at its end cannot be said to serve. Use autoscaling.mode none or keda-redis" $name $value) -}}
{{- end -}}
{{- end -}}
{{- if and (eq $scaling.mode "keda-external") (not .Values.serve.enabled) (not $scaling.keda.scalerAddress) -}}
{{- fail "autoscaling.mode is keda-external and serve.enabled is false: say in autoscaling.keda.scalerAddress which serve KEDA asks, as host:port" -}}
{{- end -}}
{{- if and (eq $scaling.mode "keda-redis") .Values.redis.urlSecret.name (not $scaling.keda.redisAddress) -}}
{{- fail "autoscaling.mode is keda-redis and the address of Redis is in a Secret: say it in autoscaling.keda.redisAddress, as host:port, redis-sentinel://host:port,host:port/master or redis-cluster://host:port,host:port" -}}
{{- end -}}
{{- if eq $scaling.mode "keda-redis" -}}
{{- $own := $scaling.keda.redisAddress -}}
{{- if contains "://" $own -}}
{{- include "millhand.checkAddress" (dict "name" "autoscaling.keda.redisAddress" "url" $own) -}}
{{- else if and $own (regexMatch "^rediss?-" .Values.redis.url) -}}
{{- fail (printf "autoscaling.keda.redisAddress is one host (%s), but redis.url names Sentinels or a Cluster: after a failover KEDA would ask a server that is no longer the master. Leave it out, or say it with redis-sentinel:// or redis-cluster://" $own) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* The ranges of ScalingPolicy.problems(): serve would end at once, with exit code 2. */}}
{{- define "millhand.checkPolicy" -}}
{{- $policy := .Values.autoscaling.policy -}}
{{- range $name, $least := dict "objective" "1s" "drain" "0.5s" -}}
{{- with index $policy $name -}}
{{- $millis := include "millhand.millis" . | float64 -}}
{{- if or (lt $millis (include "millhand.millis" $least | float64)) (gt $millis 86400000.0) -}}
{{- fail (printf "autoscaling.policy.%s is %s, but must be %s to 1d: serve would not start" $name . $least) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name, $most := dict "utilisation" 1.0 "rate" 1000000.0 -}}
{{- $value := index $policy $name -}}
{{- if and (ne (toString $value) "") (or (le (float64 $value) 0.0) (gt (float64 $value) $most)) -}}
{{- fail (printf "autoscaling.policy.%s is %v, but must be above 0 and at most %.0f: serve would not start" $name $value $most) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Of a duration such as 1m30s, which the schema has let pass. */}}
{{- define "millhand.millis" -}}
{{- $units := dict "ms" 1.0 "s" 1000.0 "m" 60000.0 "h" 3600000.0 "d" 86400000.0 -}}
{{- $sum := 0.0 -}}
{{- range regexFindAll "[0-9.]+[a-z]+" . -1 -}}
{{- $sum = addf $sum (mulf (regexFind "^[0-9.]+" . | float64) (index $units (regexFind "[a-z]+$" .))) -}}
{{- end -}}
{{- $sum -}}
{{- end }}

{{- define "millhand.checkServe" -}}
{{- $certificates := .Values.serve.externalMetrics.certificates -}}
{{- if and (include "millhand.servesTls" .) (eq $certificates.mode "secret") -}}
{{- if not $certificates.secretName -}}
{{- fail "serve.externalMetrics.certificates.secretName is missing: mode secret needs a Secret with tls.crt and tls.key" -}}
{{- end -}}
{{- if and (include "millhand.servesExternalMetrics" .) (not $certificates.caBundle) -}}
{{- fail "serve.externalMetrics.certificates.caBundle is missing: without the authority's PEM the control plane would not trust serve" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.serve.podDeletionCost (not .Values.serve.enabled) -}}
{{- fail "serve.podDeletionCost needs serve.enabled" -}}
{{- end -}}
{{- end }}

{{/* A cluster has one external metrics API. Outside of a cluster nothing is found, and nothing refused. */}}
{{- define "millhand.checkOwner" -}}
{{- if include "millhand.servesExternalMetrics" . -}}
{{- $found := lookup "apiregistration.k8s.io/v1" "APIService" "" "v1beta1.external.metrics.k8s.io" -}}
{{- if $found -}}
{{- $service := ($found.spec | default dict).service | default dict -}}
{{- $owner := printf "%s/%s" ($service.namespace | default "-") ($service.name | default "-") -}}
{{- $ours := printf "%s/%s" .Release.Namespace (include "millhand.metricsApiName" .) -}}
{{- if ne $owner $ours -}}
{{- fail (printf "the external metrics API of this cluster (APIService v1beta1.external.metrics.k8s.io) belongs to the service %s, and a cluster has only one: nothing was changed. Where that is KEDA, set autoscaling.mode to keda-external. Where that is another release of this chart on the same Redis, set serve.enabled to false" $owner) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
