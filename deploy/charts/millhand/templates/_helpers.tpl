{{/* SPDX-License-Identifier: Apache-2.0 */}}

{{- define "millhand.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{/* 40 at most: suffixes follow, and a Service's name has 63. */}}
{{- define "millhand.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "millhand.name" . -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "millhand.serveName" -}}
{{- printf "%s-serve" (include "millhand.fullname" .) -}}
{{- end }}

{{/* The Service that the control plane asks, and thus the name in its certificate. */}}
{{- define "millhand.metricsApiName" -}}
{{- printf "%s-metrics-api" (include "millhand.fullname" .) -}}
{{- end }}

{{- define "millhand.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
app.kubernetes.io/name: {{ include "millhand.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "millhand.selector" -}}
app.kubernetes.io/name: {{ include "millhand.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component | quote }}
{{- end }}

{{/* Of pods: nothing that changes with the chart, or each new chart would start all workers anew. */}}
{{- define "millhand.podLabels" -}}
{{ include "millhand.selector" . }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- with .more }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "millhand.workerAccount" -}}
{{- default (ternary (include "millhand.fullname" .) "default" .Values.worker.serviceAccount.create) .Values.worker.serviceAccount.name -}}
{{- end }}

{{- define "millhand.serveAccount" -}}
{{- default (ternary (include "millhand.serveName" .) "default" .Values.serve.serviceAccount.create) .Values.serve.serviceAccount.name -}}
{{- end }}

{{/* What is not said of `image` is as in the chart's own. */}}
{{- define "millhand.image" -}}
{{- $own := .image | default dict -}}
{{- $repository := $own.repository | default .root.Values.image.repository -}}
{{- $tag := $own.tag -}}
{{- $digest := $own.digest -}}
{{- if not $own.repository -}}
{{- $tag = .root.Values.image.tag | default .root.Chart.AppVersion -}}
{{- $digest = .root.Values.image.digest -}}
{{- end -}}
{{- if and $tag $digest -}}{{ printf "%s:%s@%s" $repository $tag $digest }}
{{- else if $digest -}}{{ printf "%s@%s" $repository $digest }}
{{- else -}}{{ printf "%s:%s" $repository $tag }}
{{- end -}}
{{- end }}

{{/* An argument as it is: Kubernetes would put variables in place of $(NAME). */}}
{{- define "millhand.arg" -}}
{{- . | toString | replace "$(" "$$(" | quote -}}
{{- end }}

{{- define "millhand.redisEnv" -}}
{{- with .Values.redis }}
{{- if .urlSecret.name }}
- name: REDIS_URL
  valueFrom:
    secretKeyRef:
      name: {{ .urlSecret.name | quote }}
      key: {{ .urlSecret.key | quote }}
{{- else }}
- name: REDIS_URL
  value: {{ .url | quote }}
{{- end }}
{{- if .username }}
- name: REDIS_USERNAME
  value: {{ .username | quote }}
{{- end }}
{{- if .passwordSecret.name }}
- name: REDIS_PASSWORD_FILE
  value: /etc/millhand/redis/password
{{- end }}
{{- if .sentinel.username }}
- name: REDIS_SENTINEL_USERNAME
  value: {{ .sentinel.username | quote }}
{{- end }}
{{- if .sentinel.passwordSecret.name }}
- name: REDIS_SENTINEL_PASSWORD_FILE
  value: /etc/millhand/redis-sentinel/password
{{- end }}
{{- with .tlsSecret }}
{{- if and .name .ca }}
- name: REDIS_TLS_CA_FILE
  value: /etc/millhand/redis-tls/ca.crt
{{- end }}
{{- if and .name .certificate }}
- name: REDIS_TLS_CERT_FILE
  value: /etc/millhand/redis-tls/tls.crt
- name: REDIS_TLS_KEY_FILE
  value: /etc/millhand/redis-tls/tls.key
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Java takes what is set later: options of your own win. */}}
{{- define "millhand.jvmEnv" -}}
{{- $options := list (printf "-XX:MaxRAMPercentage=%v" .jvm.maxRamPercentage) "-XX:+ExitOnOutOfMemoryError" -}}
{{- with .root.Values.redis.trustStoreSecret -}}
{{- if .name -}}
{{- $options = concat $options (list "-Djavax.net.ssl.trustStore=/etc/millhand/trust/truststore.p12" "-Djavax.net.ssl.trustStoreType=PKCS12") -}}
{{- if .password -}}
{{- $options = append $options (printf "-Djavax.net.ssl.trustStorePassword=%s" .password) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if .jvm.options -}}
{{- $options = append $options .jvm.options -}}
{{- end -}}
- name: JAVA_TOOL_OPTIONS
  value: {{ join " " $options | quote }}
{{- end }}

{{- define "millhand.redisMounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .Values.redis.passwordSecret.name }}
- name: redis-password
  mountPath: /etc/millhand/redis
  readOnly: true
{{- end }}
{{- if .Values.redis.sentinel.passwordSecret.name }}
- name: redis-sentinel-password
  mountPath: /etc/millhand/redis-sentinel
  readOnly: true
{{- end }}
{{- if .Values.redis.tlsSecret.name }}
- name: redis-tls
  mountPath: /etc/millhand/redis-tls
  readOnly: true
{{- end }}
{{- if .Values.redis.trustStoreSecret.name }}
- name: redis-trust
  mountPath: /etc/millhand/trust
  readOnly: true
{{- end }}
{{- end }}

{{- define "millhand.redisVolumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ .tmpSizeLimit | quote }}
{{- range $volume, $secret := dict "redis-password" .root.Values.redis.passwordSecret "redis-sentinel-password" .root.Values.redis.sentinel.passwordSecret }}
{{- if $secret.name }}
- name: {{ $volume }}
  secret:
    secretName: {{ $secret.name | quote }}
    defaultMode: 288 # 0440
    items:
      - key: {{ $secret.key | quote }}
        path: password
{{- end }}
{{- end }}
{{- with .root.Values.redis.tlsSecret }}
{{- if .name }}
- name: redis-tls
  secret:
    secretName: {{ .name | quote }}
    defaultMode: 288 # 0440
    items:
{{- if .ca }}
      - key: {{ .ca | quote }}
        path: ca.crt
{{- end }}
{{- if .certificate }}
      - key: {{ .certificate | quote }}
        path: tls.crt
      - key: {{ .key | quote }}
        path: tls.key
{{- end }}
{{- end }}
{{- end }}
{{- with .root.Values.redis.trustStoreSecret }}
{{- if .name }}
- name: redis-trust
  secret:
    secretName: {{ .name | quote }}
    defaultMode: 288 # 0440
    items:
      - key: {{ .key | quote }}
        path: truststore.p12
{{- end }}
{{- end }}
{{- end }}

{{/* "true" or "": whether serve answers as the external metrics API, or KEDA. */}}
{{- define "millhand.servesExternalMetrics" -}}
{{- if and .Values.serve.enabled (eq .Values.autoscaling.mode "external-metrics") }}true{{ end -}}
{{- end }}

{{- define "millhand.servesKeda" -}}
{{- if and .Values.serve.enabled (eq .Values.autoscaling.mode "keda-external") }}true{{ end -}}
{{- end }}

{{- define "millhand.servesTls" -}}
{{- if or (include "millhand.servesExternalMetrics" .) (and (include "millhand.servesKeda" .) .Values.serve.keda.tls) }}true{{ end -}}
{{- end }}

{{- define "millhand.tlsSecret" -}}
{{- if eq .Values.serve.externalMetrics.certificates.mode "secret" -}}
{{- .Values.serve.externalMetrics.certificates.secretName -}}
{{- else -}}
{{- printf "%s-tls" (include "millhand.serveName" .) -}}
{{- end -}}
{{- end }}

{{/* The names that the certificate is for. */}}
{{- define "millhand.tlsNames" -}}
{{- $names := list -}}
{{- range list (include "millhand.metricsApiName" .) (include "millhand.serveName" .) -}}
{{- $names = concat $names (list (printf "%s.%s.svc" . $.Release.Namespace) (printf "%s.%s.svc.cluster.local" . $.Release.Namespace)) -}}
{{- end -}}
{{- toJson $names -}}
{{- end }}

{{/* A name in `--scale`, which takes patterns, and commas between its parts. */}}
{{- define "millhand.literal" -}}
{{- $text := regexReplaceAll "[*?\\[\\]\\\\]" . "\\${0}" | replace "," "\\," -}}
{{- /* Behind a backslash the comma that ends this part would be one of the name. */}}
{{- if hasSuffix "\\" . }}{{ trimSuffix "\\\\" $text }}[\]{{ else }}{{ $text }}{{ end -}}
{{- end }}

{{/* A name as the label by which serve tells a group: what a label cannot hold is an underscore. */}}
{{- define "millhand.label" -}}
{{- $ends := "^[^A-Za-z0-9]+|[^A-Za-z0-9]+$" -}}
{{- $text := regexReplaceAll $ends (regexReplaceAll "[^A-Za-z0-9_.-]" . "_") "" -}}
{{- regexReplaceAll $ends (trunc 63 $text) "" -}}
{{- end }}

{{/* This release's policy for its own group, as `--scale` takes it. */}}
{{- define "millhand.policy" -}}
{{- $parts := list (printf "stream=%s" (include "millhand.literal" .Values.worker.stream)) (printf "group=%s" (include "millhand.literal" .Values.worker.group))
    (printf "min=%v" .Values.autoscaling.minReplicas) (printf "max=%v" .Values.autoscaling.maxReplicas) -}}
{{- range $name, $value := .Values.autoscaling.policy -}}
{{- if $value -}}
{{- $parts = append $parts (printf "%s=%v" $name $value) -}}
{{- end -}}
{{- end -}}
{{- join "," $parts -}}
{{- end }}

{{- define "millhand.kedaAddress" -}}
{{- default (printf "%s.%s.svc:%v" (include "millhand.serveName" .) .Release.Namespace .Values.serve.keda.port) .Values.autoscaling.keda.scalerAddress -}}
{{- end }}

{{/* An address of Redis taken apart, as JSON: what the command does with it, with the ports that are not said. */}}
{{- define "millhand.redisParts" -}}
{{- $scheme := regexFind "^[a-z-]+" . -}}
{{- $rest := regexReplaceAll "^[a-z-]+://" . "" -}}
{{- $kind := regexFind "sentinel$|cluster$" $scheme -}}
{{- $place := regexReplaceAll "^.*@" $rest "" -}}
{{- $path := regexFind "/.*$" $place | trimPrefix "/" | splitList "/" -}}
{{- $service := ternary (first $path) "" (eq $kind "sentinel") -}}
{{- $hosts := list -}}
{{- range regexReplaceAll "/.*$" $place "" | splitList "," -}}
{{- $port := ternary "26379" "6379" (eq $kind "sentinel") -}}
{{- $hosts = append $hosts (ternary . (printf "%s:%s" . $port) (regexMatch ":[0-9]+$" .)) -}}
{{- end -}}
{{- dict "kind" $kind "secure" (hasPrefix "rediss" $scheme) "hosts" $hosts
    "user" (include "millhand.decoded" (regexFind "^.*@" $rest | trimSuffix "@"))
    "service" (include "millhand.decoded" $service)
    "database" (ternary (rest $path) $path (eq $kind "sentinel") | join "/" | default "0") | toJson -}}
{{- end }}

{{/* What %XX stands for, as in the path of any URL. */}}
{{- define "millhand.decoded" -}}
{{- with . }}{{ get (urlParse (printf "http://host/%s" .)) "path" | trimPrefix "/" }}{{ end -}}
{{- end }}

{{/* What KEDA is to ask: its own address where there is one, else Redis'; a host alone is like Redis' but for the place. */}}
{{- define "millhand.kedaRedis" -}}
{{- $url := trim .Values.redis.url -}}
{{- $own := trim .Values.autoscaling.keda.redisAddress -}}
{{- if or (not $own) (contains "://" $own) -}}
{{- include "millhand.redisParts" (default $url $own) -}}
{{- else -}}
{{- mustMergeOverwrite (include "millhand.redisParts" (default "redis://" $url) | fromJson) (dict "hosts" (list $own)) | toJson -}}
{{- end -}}
{{- end }}

{{/* "true" or "": whether Sentinels must be reached; where the address is in a Secret, perhaps. */}}
{{- define "millhand.asksSentinels" -}}
{{- if or .Values.redis.urlSecret.name (regexMatch "^rediss?-sentinel:" .Values.redis.url) }}true{{ end -}}
{{- end }}

{{/* Spread where that can be. */}}
{{- define "millhand.spread" -}}
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- maxSkew: 1
  topologyKey: {{ . }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "millhand.selector" $ | nindent 6 }}
{{- end }}
{{- end }}

{{- define "millhand.dnsEgress" -}}
- ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
- ports:
    - {protocol: TCP, port: {{ .Values.networkPolicy.egress.redisPort }}}
    {{- if include "millhand.asksSentinels" . }}
    - {protocol: TCP, port: {{ .Values.networkPolicy.egress.sentinelPort }}}
    {{- end }}
  {{- with .Values.networkPolicy.egress.redisTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
